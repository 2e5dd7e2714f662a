//! The system packages that Tern needs on Debian and Ubuntu: the one list of them.
//!
//! A package counts as present when dpkg has it or when a program that it brings is on PATH (a
//! browser may come from elsewhere). Other systems are told what to install in `setup`.

use anyhow::{Context, bail};

use crate::tool::Tool;
use crate::{term, workspace};

/// One thing that must be on the machine.
#[derive(Debug)]
pub(crate) struct Package {
    /// Names to try in this order: distributions do not agree on all of them.
    pub(crate) names: &'static [&'static str],
    /// Any of these on PATH will do instead.
    pub(crate) programs: &'static [&'static str],
    /// What it is for, said when it is missing.
    pub(crate) purpose: &'static str,
}

const fn package(names: &'static [&'static str], purpose: &'static str) -> Package {
    Package {
        names,
        programs: &[],
        purpose,
    }
}

/// To compile everything but the window: a C compiler, and OpenSSL for SQLCipher.
pub(crate) const BUILD: &[Package] = &[
    package(&["build-essential"], "C compiler for SQLCipher"),
    package(&["pkg-config"], "finds libraries"),
    package(&["libssl-dev"], "SQLCipher's cryptography"),
];

/// To compile the window.
pub(crate) const WINDOW: &[Package] = &[
    package(&["libwebkit2gtk-4.1-dev"], "the web view"),
    package(&["libasound2-dev"], "plays sounds"),
];

/// To open the window; the web view's own library comes with `WINDOW`.
pub(crate) const RUN: &[Package] = &[
    package(&["libayatana-appindicator3-1"], "the tray icon"),
    package(&["ca-certificates"], "TLS to Twilio"),
];

/// To write packages, beyond `BUILD` and `WINDOW`: the vendored OpenSSL is built by perl and make.
pub(crate) const BUNDLE: &[Package] = &[
    package(
        &["libayatana-appindicator3-dev"],
        "the tray icon, as the bundler looks for it",
    ),
    package(&["perl"], "builds the OpenSSL that a release carries"),
    package(&["make"], "builds the OpenSSL that a release carries"),
];

/// A desktop that nobody sees: screen, session bus, keychain.
pub(crate) const HEADLESS: &[Package] = &[
    package(&["xvfb"], "an invisible screen"),
    package(&["xauth"], "an invisible screen"),
    // Debian split the package in two; Ubuntu 22.04 has it whole.
    Package {
        names: &["dbus-daemon", "dbus"],
        programs: &["dbus-run-session"],
        purpose: "a session bus",
    },
    package(&["fonts-dejavu-core"], "letters on the invisible screen"),
    package(&["gnome-keyring"], "a keychain"),
];

/// To run every test, beyond `HEADLESS`: a notification daemon, a driven window, a browser.
pub(crate) const TEST: &[Package] = &[
    package(&["webkit2gtk-driver"], "drives the app's window"),
    package(&["libsecret-tools"], "looks into the keychain"),
    package(&["dunst"], "a real notification daemon"),
    package(&["oathtool"], "somebody else's one-time codes"),
    package(&["pulseaudio"], "a sound server to listen to"),
    package(&["libasound2-plugins"], "leads sounds to it"),
    package(&["pulseaudio-utils"], "records what it plays"),
    Package {
        names: &["dbus-bin"],
        programs: &["dbus-send"],
        purpose: "asks the notification daemon",
    },
    package(&["libglib2.0-bin"], "speaks to the session bus"),
    package(&["xdotool"], "clicks, presses keys, moves the window"),
    package(&["openbox"], "a window manager"),
    Package {
        names: &["chromium", "chromium-browser"],
        programs: &["chromium", "chromium-browser", "google-chrome"],
        purpose: "the UI in a browser",
    },
];

/// To run the checks: `typos` comes from PyPI.
pub(crate) const CHECKS: &[Package] = &[Package {
    names: &["python3-venv"],
    programs: &["typos"],
    purpose: "installs typos",
}];

/// To measure beside other messengers' stores: one of them comes from PyPI.
pub(crate) const PEERS: &[Package] = &[package(&["python3-venv"], "installs a peer's store")];

/// Installs what is missing, asking first where somebody is there to be asked.
///
/// # Errors
/// The person said no, there is no way to become root, or apt failed; the message says exactly
/// which command to run by hand.
pub(crate) fn ensure(sets: &[&'static [Package]], yes: bool) -> anyhow::Result<()> {
    let missing: Vec<&Package> = sets
        .iter()
        .flat_map(|set| set.iter())
        .filter(|package| !is_present(package))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    term::step("System packages");
    for package in &missing {
        term::note(&format!(
            "missing: {} — {}",
            package.names.join(" or "),
            package.purpose
        ));
    }
    let become_root = root_prefix().with_context(|| by_hand("sudo ", &missing))?;
    if !yes && term::is_interactive() && !term::is_agreed("Install them with apt-get?") {
        bail!("not installed; {}", by_hand("sudo ", &missing));
    }
    let sudo = if become_root.is_empty() { "" } else { "sudo " };
    install(&become_root, &missing).with_context(|| by_hand(sudo, &missing))
}

fn install(become_root: &[&str], missing: &[&Package]) -> anyhow::Result<()> {
    apt(become_root, &["update", "-q"])?;
    let mut arguments = vec!["install", "-q", "-y", "--no-install-recommends"];
    for package in missing {
        let name = candidate(package).with_context(|| {
            format!(
                "this system's package lists do not know {}",
                package.names.join(" or ")
            )
        })?;
        arguments.push(name);
    }
    apt(become_root, &arguments)
}

fn is_present(package: &Package) -> bool {
    package
        .programs
        .iter()
        .any(|program| workspace::find_on_path(program).is_some())
        || package.names.iter().any(|name| is_installed(name))
}

fn is_installed(name: &str) -> bool {
    Tool::new("dpkg-query")
        .args(["--show", "--showformat=${db:Status-Status}", name])
        .ask()
        .is_ok_and(|answer| answer.is_success && is_status_installed(&answer.stdout))
}

/// dpkg also knows packages that were removed, or that another one merely suggests.
fn is_status_installed(status: &str) -> bool {
    status.trim() == "installed"
}

/// The first of the names that apt could install.
fn candidate(package: &Package) -> Option<&'static str> {
    package.names.iter().copied().find(|name| {
        Tool::new("apt-cache")
            .args(["policy", name])
            .ask()
            .is_ok_and(|answer| {
                answer.stdout.contains("Candidate:") && !answer.stdout.contains("Candidate: (none)")
            })
    })
}

/// Nothing for root, `sudo` for anybody else.
fn root_prefix() -> anyhow::Result<Vec<&'static str>> {
    let user = Tool::new("id").arg("-u").read()?;
    if user.trim() == "0" {
        return Ok(Vec::new());
    }
    if workspace::find_on_path("sudo").is_none() {
        bail!("packages are installed by root, and there is no sudo");
    }
    if term::is_interactive() {
        return Ok(vec!["sudo"]);
    }
    // Nobody could type a password.
    Ok(vec!["sudo", "--non-interactive"])
}

fn apt(become_root: &[&str], arguments: &[&str]) -> anyhow::Result<()> {
    let mut words = become_root.to_vec();
    // `env` and not our own environment, because sudo starts with a clean one.
    words.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    words.extend(arguments);
    let (program, rest) = words.split_first().unwrap_or((&"apt-get", &[]));
    let tool = Tool::new(program).args(rest);
    if term::is_interactive() {
        tool.run()
    } else {
        tool.without_input().run()
    }
}

/// The command that a person can type instead.
fn by_hand(sudo: &str, missing: &[&Package]) -> String {
    let names: Vec<&str> = missing
        .iter()
        .filter_map(|package| package.names.first().copied())
        .collect();
    format!(
        "by hand: {sudo}apt-get install --no-install-recommends {}",
        names.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_package_is_listed_twice() {
        let sets = [BUILD, WINDOW, RUN, BUNDLE, HEADLESS, TEST, CHECKS];
        let mut names: Vec<&str> = sets
            .iter()
            .flat_map(|set| set.iter())
            .flat_map(|package| package.names)
            .copied()
            .collect();
        names.sort_unstable();
        let before = names.len();
        names.dedup();
        assert_eq!(names.len(), before);
    }

    #[test]
    fn a_package_that_dpkg_has_only_heard_of_is_missing() {
        assert!(is_status_installed("installed"));
        assert!(!is_status_installed("not-installed"));
        assert!(!is_status_installed("config-files"));
    }

    #[test]
    fn the_command_to_run_by_hand_names_every_package() {
        let missing: Vec<&Package> = RUN.iter().collect();
        assert_eq!(
            by_hand("sudo ", &missing),
            "by hand: sudo apt-get install --no-install-recommends libayatana-appindicator3-1 ca-certificates"
        );
    }
}
