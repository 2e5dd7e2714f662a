//! What a machine must have before anything is built, per system; installs it or says what to do.

use anyhow::bail;

use crate::debian::{self, Package};
use crate::tool::Tool;
use crate::workspace;

/// Makes sure the packages of these sets are there.
///
/// Debian and Ubuntu are installed to. Other Linux systems are only checked for what the build
/// needs, and told the names; Windows and macOS bring the web view themselves.
///
/// # Errors
/// Something is missing and could not be installed.
pub(crate) fn packages(sets: &[&'static [Package]], yes: bool) -> anyhow::Result<()> {
    if !cfg!(target_os = "linux") {
        return Ok(());
    }
    if workspace::find_on_path("apt-get").is_some()
        && workspace::find_on_path("dpkg-query").is_some()
    {
        return debian::ensure(sets, yes);
    }
    other_linux()
}

fn other_linux() -> anyhow::Result<()> {
    let is_there = Tool::new("pkg-config")
        .args(["--exists", "webkit2gtk-4.1", "openssl"])
        .ask()
        .is_ok_and(|answer| answer.is_success);
    if is_there {
        return Ok(());
    }
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    bail!(
        "Tern needs a C compiler, pkg-config, WebKitGTK 4.1, OpenSSL and the Ayatana app indicator.\n    {}",
        install_line(&release)
    )
}

/// The command for the family that `/etc/os-release` names.
fn install_line(os_release: &str) -> &'static str {
    let family = os_release
        .lines()
        .filter(|line| line.starts_with("ID=") || line.starts_with("ID_LIKE="))
        .collect::<Vec<_>>()
        .join(" ");
    if family.contains("fedora") || family.contains("rhel") {
        "sudo dnf install gcc gcc-c++ make perl pkgconf-pkg-config openssl-devel webkit2gtk4.1-devel \
         libayatana-appindicator-gtk3"
    } else if family.contains("arch") {
        "sudo pacman -S --needed base-devel openssl webkit2gtk-4.1 libayatana-appindicator"
    } else if family.contains("suse") {
        "sudo zypper install gcc gcc-c++ make perl pkgconf libopenssl-devel webkit2gtk3-devel \
         libayatana-appindicator3-1"
    } else {
        "install them with this system's package manager, then run this command again"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_family_gets_its_own_command() {
        assert!(install_line("ID=fedora\n").starts_with("sudo dnf"));
        assert!(install_line("ID=manjaro\nID_LIKE=arch\n").starts_with("sudo pacman"));
        assert!(
            install_line("ID=\"opensuse-tumbleweed\"\nID_LIKE=\"opensuse suse\"\n")
                .starts_with("sudo zypper")
        );
        assert!(install_line("ID=void\n").starts_with("install them"));
    }
}
