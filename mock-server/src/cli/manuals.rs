//! Man pages and completions for shells, from the same description of the command line as `--help`.

use std::{fs, io, path::Path};

use clap::{Command, ValueEnum};
use clap_complete::Shell;

/// Writes the man pages of a program and of its subcommands into `man` of a folder, and its completions for all shells into
/// `completions`. What is hidden is left out.
pub fn write_manuals(mut command: Command, folder: &Path) -> io::Result<()> {
    let (pages, completions) = (folder.join("man"), folder.join("completions"));
    fs::create_dir_all(&pages)?;
    fs::create_dir_all(&completions)?;
    clap_mangen::generate_to(command.clone(), &pages)?;
    let name = command.get_name().to_owned();
    for shell in Shell::value_variants() {
        clap_complete::generate_to(*shell, &mut command, &name, &completions)?;
    }
    Ok(())
}
