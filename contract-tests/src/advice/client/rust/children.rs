use std::{
    io::{self, Write},
    process::{Command, Stdio},
};

/// The command line is visible to every user of the machine: curl reads the header from its standard input.
pub fn list_orders(url: &str, key: &str) -> io::Result<Vec<u8>> {
    let mut curl = Command::new("curl")
        .args(["--silent", "--show-error", "--fail", "--max-time", "20"])
        .args(["--header", "@-"])
        .arg(format!("{url}/orders"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    if let Some(mut input) = curl.stdin.take() {
        writeln!(input, "Authorization: Bearer {key}")?;
    }
    let output = curl.wait_with_output()?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(io::Error::other(format!("curl failed: {}", output.status)))
    }
}
