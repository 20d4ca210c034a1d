//! Reads processes and connections from Linux's `/proc`. Other systems do not have these files, so nothing is seen there.

use std::{fs, net::SocketAddrV4};

/// A process id.
pub(super) type Id = u32;

/// The state of a connection attempt in `/proc/net/tcp` (`SYN_SENT`).
const CONNECTING: &str = "02";

/// The running child processes of a process.
pub(super) fn children(id: Id) -> Vec<Id> {
    let threads = fs::read_dir(format!("/proc/{id}/task"));
    let threads = threads.into_iter().flatten().flatten();
    let mut children = Vec::new();
    for thread in threads {
        let text = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        children.extend(
            text.split_ascii_whitespace()
                .filter_map(|id| id.parse::<Id>().ok()),
        );
    }
    children
}

/// The command line of a process, each argument terminated by a zero byte; empty if the process has ended.
pub(super) fn command_line(id: Id) -> Vec<u8> {
    fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default()
}

/// The peak memory of a process, in bytes.
pub(super) fn peak(id: Id) -> Option<u64> {
    most(&fs::read_to_string(format!("/proc/{id}/status")).ok()?)
}

fn most(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

/// The local ports of connection attempts to an address.
pub(super) fn connecting(to: SocketAddrV4) -> Vec<u16> {
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"];
    let tables = tables.map(|table| fs::read_to_string(table).unwrap_or_default());
    tables.iter().flat_map(|table| ports(table, to)).collect()
}

fn ports(table: &str, to: SocketAddrV4) -> impl Iterator<Item = u16> {
    // The address is a number in the machine's byte order. In the IPv6 table, an IPv4-mapped address ends with it.
    let address = u32::from_ne_bytes(to.ip().octets());
    let remote = format!("{address:08X}:{:04X}", to.port());
    table.lines().filter_map(move |line| {
        let mut fields = line.split_ascii_whitespace().skip(1);
        let (local, there, state) = (fields.next()?, fields.next()?, fields.next()?);
        let (_, port) = local.rsplit_once(':')?;
        let opens = there.ends_with(&remote) && state == CONNECTING;
        u16::from_str_radix(port, 16).ok().filter(|_| opens)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_peak_memory_from_the_status_file() {
        let status = "Name:\tcurl\nVmPeak:\t   99 kB\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n";
        assert_eq!(most(status), Some(2 << 20));
        assert_eq!(most("Name:\tkthreadd\n"), None);
    }

    #[cfg(target_endian = "little")]
    #[test]
    fn counts_only_connections_that_are_being_opened_to_the_address() {
        let line = |local, remote, state| {
            format!("  1: {local} {remote} {state} 00000000:00000001 01:00000064 00000003 0 0 77\n")
        };
        let mapped = "0000000000000000FFFF00000100007F";
        let table = [
            "  sl  local_address rem_address   st\n".to_owned(),
            line("0100007F:9C40", "0100007F:1F90", "02"),
            line("0100007F:9C41", "0100007F:1F90", "01"),
            line("0100007F:9C42", "0100007F:1F91", "02"),
            line("0200007F:9C43", "0200007F:1F90", "02"),
            line(&format!("{mapped}:9C44"), &format!("{mapped}:1F90"), "02"),
        ];
        let to = SocketAddrV4::new([127, 0, 0, 1].into(), 0x1F90);
        let found: Vec<_> = ports(&table.concat(), to).collect();
        assert_eq!(found, [0x9C40, 0x9C44]);
    }
}
