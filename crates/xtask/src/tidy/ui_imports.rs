//! Rules about who may import whom in the UI: `tauri-import`, `feature-door`, `ui-layer`.

use super::{Finding, source::Source};

const SRC: &str = "ui/src/";

/// Finds imports that cross a border.
pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    sources
        .iter()
        .filter(|source| source.path.starts_with(SRC) && source.is_script())
        .flat_map(|source| {
            source.lines().flat_map(move |(line, text)| {
                imported(text).into_iter().filter_map(move |import| {
                    let (rule, remedy) = breach(&source.path, import)?;
                    Some(Finding {
                        path: source.path.clone(),
                        line,
                        rule,
                        remedy,
                    })
                })
            })
        })
        .collect()
}

/// The modules that a line imports, statically or not.
fn imported(line: &str) -> Vec<&str> {
    let is_import = ["from ", "import ", "import("]
        .iter()
        .any(|word| line.contains(word));
    if !is_import || line.trim_start().starts_with("//") {
        return Vec::new();
    }
    let mut quoted = Vec::new();
    for mark in ['"', '\''] {
        quoted.extend(line.split(mark).skip(1).step_by(2));
    }
    quoted
        .into_iter()
        .filter(|text| !text.is_empty() && !text.contains(' '))
        .collect()
}

fn breach(importer: &str, import: &str) -> Option<(&'static str, String)> {
    let from = area(importer)?;
    if import.starts_with("@tauri-apps/") {
        return (from != Area::Ipc).then(|| {
            (
                "tauri-import",
                format!("only ui/src/ipc may import {import}: ask the backend interface instead"),
            )
        });
    }
    let target = resolve(importer, import)?;
    match (from, area(&target)?) {
        (Area::Feature(own), Area::Feature(other)) if own != other && !is_door(&target) => Some((
            "feature-door",
            format!("import from features/{other} through its index.ts, not {import}"),
        )),
        (Area::Part, Area::Feature(_) | Area::Ipc | Area::App) => Some((
            "ui-layer",
            format!("ui/src/ui is made of parts only: it must not import {import}"),
        )),
        (Area::Shared, Area::Feature(_) | Area::App | Area::Part) => Some((
            "ui-layer",
            format!("ui/src/lib is shared by all: it must not import {import}"),
        )),
        (Area::Feature(_), Area::App) => Some((
            "ui-layer",
            format!("only ui/src/app composes: a feature must not import {import}"),
        )),
        (Area::Ipc, Area::Feature(_) | Area::App | Area::Part) => Some((
            "ui-layer",
            format!("ui/src/ipc knows no screen: it must not import {import}"),
        )),
        _ => None,
    }
}

#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Area<'path> {
    App,
    Ipc,
    Feature(&'path str),
    Part,
    Shared,
}

fn area(path: &str) -> Option<Area<'_>> {
    let mut folders = path.strip_prefix(SRC)?.split('/');
    match folders.next()? {
        "app" => Some(Area::App),
        "ipc" => Some(Area::Ipc),
        "features" => folders.next().map(Area::Feature),
        "ui" => Some(Area::Part),
        "lib" => Some(Area::Shared),
        _ => None,
    }
}

/// Whether the path is a feature's folder or its index.
fn is_door(path: &str) -> bool {
    let inside = path
        .strip_prefix(SRC)
        .unwrap_or(path)
        .split('/')
        .skip(2)
        .collect::<Vec<_>>();
    matches!(inside.as_slice(), [] | ["index" | "index.ts" | "index.js"])
}

/// The imported file from the root; `None` for a package.
fn resolve(importer: &str, import: &str) -> Option<String> {
    // `$ipc/…`, `$features/…` and the like are aliases of the folders below src.
    if let Some(alias) = import.strip_prefix('$') {
        return Some(format!("{SRC}{alias}"));
    }
    if let Some(alias) = import.strip_prefix("@/") {
        return Some(format!("{SRC}{alias}"));
    }
    if !import.starts_with('.') {
        return None;
    }
    let mut folders: Vec<&str> = importer.split('/').collect();
    folders.pop();
    for step in import.split('/') {
        match step {
            "." | "" => {}
            ".." => {
                folders.pop();
            }
            name => folders.push(name),
        }
    }
    Some(folders.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(path: &str, text: &str, rule: Option<&str>) {
        let found = check(&[Source::new(path, text)]);
        assert_eq!(
            found.first().map(|finding| finding.rule),
            rule,
            "{path}: {text}"
        );
    }

    #[test]
    fn tauri_is_imported_by_ipc_alone() {
        let line = "import { invoke } from '@tauri-apps/api/core'";
        check_one(
            "ui/src/features/inbox/inbox.svelte.ts",
            line,
            Some("tauri-import"),
        );
        check_one(
            "ui/src/app/main.ts",
            "await import(\"@tauri-apps/api/window\")",
            Some("tauri-import"),
        );
        check_one("ui/src/ipc/tauri.ts", line, None);
    }

    #[test]
    fn features_are_entered_through_their_door() {
        let inbox = "ui/src/features/inbox/Row.svelte";
        check_one(
            inbox,
            "import Bubble from '../thread/Bubble.svelte'",
            Some("feature-door"),
        );
        check_one(inbox, "import { Thread } from '../thread'", None);
        check_one(inbox, "import { Thread } from \"../thread/index\"", None);
        check_one(inbox, "import Cell from './parts/Cell.svelte'", None);
        check_one(
            inbox,
            "} from '$features/thread/Bubble.svelte'",
            Some("feature-door"),
        );
        check_one(
            "ui/src/app/App.svelte",
            "import Bubble from '../features/thread/Bubble.svelte'",
            None,
        );
    }

    #[test]
    fn layers_do_not_look_up() {
        check_one(
            "ui/src/ui/Button.svelte",
            "import { call } from '../ipc/backend'",
            Some("ui-layer"),
        );
        check_one(
            "ui/src/lib/time.ts",
            "import { x } from '../features/inbox'",
            Some("ui-layer"),
        );
        check_one(
            "ui/src/features/inbox/a.ts",
            "import { x } from '../../app/routes'",
            Some("ui-layer"),
        );
        check_one(
            "ui/src/ui/Button.svelte",
            "import { x } from '../lib/time'",
            None,
        );
    }
}
