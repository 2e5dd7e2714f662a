//! Rule `dependency`: who must not depend on whom, asked of `cargo tree`.

use super::Finding;
use crate::tool::Tool;

/// How far a ban reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Not even through another crate.
    Anywhere,
    /// Not in its own manifest; what its dependencies use is their affair.
    Directly,
}

/// A member and what it must do without.
struct Ban {
    member: &'static str,
    reach: Reach,
    /// Names; a trailing `*` matches any ending.
    without: &'static [&'static str],
}

/// The only member whose development dependencies count: its suites are all it is there for.
const TESTS: &str = "e2e";

/// The invariants of crates/ARCHITECTURE.md about dependencies.
const BANS: &[Ban] = &[
    Ban {
        member: "tern-domain",
        reach: Reach::Anywhere,
        without: &["tern-*", "tokio", "reqwest", "rusqlite", "tauri", "axum"],
    },
    // uuid brings a source of randomness of its own; the domain must not ask for one.
    Ban {
        member: "tern-domain",
        reach: Reach::Directly,
        without: &["rand", "getrandom"],
    },
    Ban {
        member: "tern-store",
        reach: Reach::Anywhere,
        without: &[
            "tokio",
            "reqwest",
            "axum",
            "tauri",
            "tern-twilio",
            "tern-engine",
            "tern-app",
            "tern-gateway",
            "tern-simulator",
        ],
    },
    Ban {
        member: "tern-twilio",
        reach: Reach::Anywhere,
        without: &["tern-*", "rusqlite", "axum", "tauri"],
    },
    Ban {
        member: "tern-engine",
        reach: Reach::Anywhere,
        without: &["tauri", "axum", "tern-app", "tern-simulator"],
    },
    Ban {
        member: "tern-engine",
        reach: Reach::Directly,
        without: &["rusqlite"],
    },
    Ban {
        member: "tern-app",
        reach: Reach::Anywhere,
        without: &["tauri", "axum", "tern-gateway", "tern-simulator"],
    },
    Ban {
        member: "tern-app",
        reach: Reach::Directly,
        without: &["rusqlite"],
    },
    Ban {
        member: "tern-memory",
        reach: Reach::Anywhere,
        without: &["tern-*", "tokio", "reqwest", "rusqlite", "axum", "tauri"],
    },
    Ban {
        member: "tern-archive",
        reach: Reach::Anywhere,
        without: &["tern-*", "tokio", "reqwest", "rusqlite", "axum", "tauri"],
    },
    Ban {
        member: "tern-gateway",
        reach: Reach::Anywhere,
        without: &["tauri", "tern-simulator"],
    },
    Ban {
        member: "tern-gateway",
        reach: Reach::Directly,
        without: &["rusqlite", "tern-store", "tern-engine", "tern-domain"],
    },
    Ban {
        member: "tern-simulator",
        reach: Reach::Anywhere,
        without: &["tern-*", "tauri", "rusqlite"],
    },
    Ban {
        member: "tern-devserver",
        reach: Reach::Anywhere,
        without: &["tauri"],
    },
    Ban {
        member: "tern",
        reach: Reach::Anywhere,
        without: &["tern-devserver"],
    },
    Ban {
        member: "tern",
        reach: Reach::Directly,
        without: &["rusqlite", "reqwest", "tern-engine", "axum"],
    },
    Ban {
        member: TESTS,
        reach: Reach::Anywhere,
        without: &["tauri"],
    },
];

/// Asks cargo for each member's tree.
///
/// # Errors
/// cargo cannot say it: usually because `Cargo.lock` is stale.
pub(super) fn check() -> anyhow::Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for ban in BANS {
        let tree = tree(ban)?;
        let names = tree
            .lines()
            .skip(1)
            .filter_map(|line| line.split_whitespace().next());
        findings.extend(breaches(ban, names));
    }
    Ok(findings)
}

fn tree(ban: &Ban) -> anyhow::Result<String> {
    let edges = if ban.member == TESTS {
        "normal,dev"
    } else {
        "normal"
    };
    let mut tool = Tool::cargo(&["tree", "--locked", "--prefix", "none", "--target", "all"])
        .args(["--package", ban.member, "--edges", edges]);
    if ban.reach == Reach::Directly {
        tool = tool.args(["--depth", "1"]);
    }
    tool.read()
}

fn breaches<'tree>(ban: &Ban, names: impl Iterator<Item = &'tree str>) -> Vec<Finding> {
    let mut found: Vec<&str> = names
        .filter(|name| {
            *name != ban.member && ban.without.iter().any(|banned| matches(banned, name))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    let manifest = match ban.member {
        "tern" => "Cargo.toml".to_owned(),
        TESTS => "tests/Cargo.toml".to_owned(),
        member => format!("crates/{member}/Cargo.toml"),
    };
    found
        .into_iter()
        .map(|name| Finding {
            path: manifest.clone(),
            line: 0,
            rule: "dependency",
            remedy: format!(
                "{} must do without {name}; `cargo tree -p {} -i {name}` shows the way it came in",
                ban.member, ban.member
            ),
        })
        .collect()
}

fn matches(banned: &str, name: &str) -> bool {
    banned
        .strip_suffix('*')
        .map_or(banned == name, |start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_banned_name_is_found_once_and_the_member_itself_never() {
        let ban = Ban {
            member: "tern-a",
            reach: Reach::Anywhere,
            without: &["tern-*", "tokio"],
        };
        let found = breaches(
            &ban,
            ["tern-a", "serde", "tokio", "tokio", "tern-b", "tokio-util"].into_iter(),
        );
        let remedies: Vec<&str> = found
            .iter()
            .map(|finding| finding.remedy.as_str())
            .collect();
        assert_eq!(remedies.len(), 2);
        assert!(remedies[0].contains("without tern-b"));
        assert!(remedies[1].contains("without tokio;"));
    }
}
