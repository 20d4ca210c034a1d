//! Takes the files that the dashboard needs out of the archive of Swagger UI. Most of the archive is its source code.

use std::{
    env,
    error::Error,
    fs::File,
    io::{self, Cursor},
    path::Path,
};

use flate2::{Compression, write::GzEncoder};
use utoipa_swagger_ui_vendored::SWAGGER_UI_VENDORED;
use zip::ZipArchive;

/// Files in the folder `dist` of the archive; `src/ui/reference.rs` embeds them.
const FILES: [&str; 2] = ["swagger-ui-bundle.js", "swagger-ui.css"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?;
    let mut archive = ZipArchive::new(Cursor::new(SWAGGER_UI_VENDORED))?;
    for name in FILES {
        let path = format!("{}/dist/{name}", root(&archive)?);
        let packed = File::create(Path::new(&out).join(format!("{name}.gz")))?;
        let mut encoder = GzEncoder::new(packed, Compression::best());
        io::copy(&mut archive.by_name(&path)?, &mut encoder)?;
        encoder.finish()?;
    }
    Ok(())
}

/// The folder that contains the whole archive; its name has the version.
fn root(archive: &ZipArchive<Cursor<&[u8]>>) -> Result<String, Box<dyn Error>> {
    let path = archive.name_for_index(0).ok_or("the archive is empty")??;
    let root = path.split('/').next();
    Ok(root.unwrap_or_default().to_owned())
}
