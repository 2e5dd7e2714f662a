//! Rule `licence`: every dependency may be used under a licence that `.deny.toml` allows.
//!
//! cargo-deny checks more (advisories, sources) and CI runs it where it can be installed; this much
//! needs no more than `cargo metadata`, so it is checked everywhere.

use anyhow::Context;
use serde_json::Value;
use spdx::{Expression, ParseMode};

use super::Finding;
use crate::tool::Tool;
use crate::workspace;

/// Reads the dependency graph and the list.
///
/// # Errors
/// cargo cannot say the graph, or the list cannot be read.
pub(super) fn check() -> anyhow::Result<Vec<Finding>> {
    let list = Allowed::read(&workspace::read(&workspace::root().join(".deny.toml"))?);
    let metadata = Tool::cargo(&["metadata", "--locked", "--format-version", "1"]).read()?;
    let metadata: Value = serde_json::from_str(&metadata).context("cargo metadata is not JSON")?;
    let packages = metadata
        .get("packages")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    Ok(packages
        .iter()
        .filter(|package| package.get("source").is_some_and(Value::is_string))
        .filter_map(|package| {
            let text = |key: &str| package.get(key).and_then(Value::as_str).unwrap_or_default();
            list.objection(text("name"), text("license"))
        })
        .collect())
}

/// The licences of `.deny.toml`: for all, and for single crates.
#[derive(Debug, Default)]
struct Allowed {
    everywhere: Vec<String>,
    exceptions: Vec<(String, Vec<String>)>,
}

impl Allowed {
    /// Reads the two lists. Their shape is our own file's: one entry a line.
    fn read(toml: &str) -> Self {
        let mut allowed = Self::default();
        let mut is_in_allow = false;
        for line in toml
            .lines()
            .map(str::trim)
            .filter(|line| !line.starts_with('#'))
        {
            if line.starts_with("allow = [") {
                is_in_allow = true;
            } else if line == "]" {
                is_in_allow = false;
            } else if line.starts_with("{ crate = ") {
                let mut words = quoted(line).into_iter();
                if let Some(name) = words.next() {
                    allowed.exceptions.push((name, words.collect()));
                }
            } else if is_in_allow {
                allowed.everywhere.extend(quoted(line));
            }
        }
        allowed
    }

    fn objection(&self, name: &str, licence: &str) -> Option<Finding> {
        let own: &[String] = self
            .exceptions
            .iter()
            .find(|(listed, _)| listed == name)
            .map_or(&[], |(_, licences)| licences);
        let is_allowed = Expression::parse_mode(licence, ParseMode::LAX).is_ok_and(|expression| {
            expression.evaluate(|requirement| {
                let wanted = requirement.to_string();
                self.everywhere
                    .iter()
                    .chain(own)
                    .any(|allowed| *allowed == wanted)
            })
        });
        (!is_allowed).then(|| Finding {
            path: "Cargo.lock".to_owned(),
            line: 0,
            rule: "licence",
            remedy: format!(
                "{name} is under \"{licence}\", which .deny.toml does not allow: replace it"
            ),
        })
    }
}

/// The texts in double quotes of a line.
fn quoted(line: &str) -> Vec<String> {
    line.split('"')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "[licenses]\nallow = [\n  \"MIT\",\n  \"Apache-2.0 WITH LLVM-exception\",\n]\n\
                        exceptions = [\n  { crate = \"selectors\", allow = [\"MPL-2.0\"] },\n]\n";

    fn check_one(name: &str, licence: &str, is_allowed: bool) {
        let objection = Allowed::read(LIST).objection(name, licence);
        assert_eq!(objection.is_none(), is_allowed, "{name}: {licence}");
    }

    #[test]
    fn an_expression_needs_one_allowed_way_through() {
        check_one("a", "MIT", true);
        check_one("a", "MIT/Apache-2.0", true);
        check_one("a", "GPL-3.0-only OR MIT", true);
        check_one("a", "Apache-2.0 WITH LLVM-exception", true);
        check_one("a", "Apache-2.0", false);
        check_one("a", "MIT AND GPL-3.0-only", false);
        check_one("a", "", false);
    }

    #[test]
    fn an_exception_holds_for_its_crate_alone() {
        check_one("selectors", "MPL-2.0", true);
        check_one("other", "MPL-2.0", false);
    }
}
