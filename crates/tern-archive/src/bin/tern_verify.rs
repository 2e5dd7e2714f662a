//! `tern-verify EXPORT [--key FINGERPRINT]`: tells in plain words whether an export of Tern is as it was written.
//!
//! Writes nothing but these words, asks nobody, and ends with 0 for good, 1 for changed and 2 for unreadable.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use tern_archive::{Fingerprint, verify_path};

const USAGE: &str = "tern-verify EXPORT [--key FINGERPRINT]

Tells whether an export of Tern is as it was written. EXPORT is the zip file, or the folder
that it was unpacked to. With --key it has to be signed by that key, too.

Ends with 0 if it is good, 1 if anything was changed, 2 if it cannot be read.";

struct Asked {
    path: PathBuf,
    key: Option<Fingerprint>,
}

fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    if arguments.iter().any(|it| it == "--help" || it == "-h") {
        return say(USAGE, ExitCode::SUCCESS);
    }
    let Some(asked) = read(&arguments) else {
        return say(USAGE, ExitCode::from(2));
    };
    match verify_path(&asked.path, asked.key) {
        Ok(report) if report.is_good() => say(report.to_string().trim_end(), ExitCode::SUCCESS),
        Ok(report) => say(report.to_string().trim_end(), ExitCode::from(1)),
        Err(error) => say(&format!("NOT VERIFIED: {error}."), ExitCode::from(2)),
    }
}

fn read(arguments: &[std::ffi::OsString]) -> Option<Asked> {
    match arguments {
        [path] => Some(Asked {
            path: path.into(),
            key: None,
        }),
        [path, flag, key] if flag == "--key" => Some(Asked {
            path: path.into(),
            key: Some(Fingerprint::parse(key.to_str()?)?),
        }),
        [flag, key, path] if flag == "--key" => Some(Asked {
            path: path.into(),
            key: Some(Fingerprint::parse(key.to_str()?)?),
        }),
        _ => None,
    }
}

/// A closed pipe is nobody to tell.
fn say(words: &str, code: ExitCode) -> ExitCode {
    let _ = writeln!(std::io::stdout(), "{words}");
    code
}
