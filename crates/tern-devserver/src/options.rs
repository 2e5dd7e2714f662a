//! What can be chosen on the command line.

use std::path::PathBuf;

use lexopt::prelude::*;

use crate::kill::KillAt;
use crate::practice::ExternalLine;

/// Shown for `--help`.
pub const USAGE: &str = "\
tern-devserver: Tern's UI over HTTP on loopback, for development and tests

  --port N               port to listen on (default 0: any free one)
  --ui FOLDER            built UI to serve
  --data-dir FOLDER      where the encrypted files go (default: a folder that is removed at the end)
  --practice             start on the practice line
  --key-hex HEX          file key, 64 hexadecimal digits (or TERN_DEV_KEY), in place of a keychain
  --no-keychain          behave as on a system without a keychain
  --passphrase-file F    unlock, and start the practice line, with the first line of F; implies --no-keychain
  --sim JSON             use a running simulator: the line that tern-simulator prints
  --kill-at STEP:N       end this process with SIGKILL at the Nth time that STEP is complete

One line of JSON on standard output says where it listens.";

/// What holds the file key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyPlace {
    /// This process's memory, empty at the start.
    Memory,
    /// This process's memory, with a key given by the caller.
    Given([u8; 32]),
    /// There is no keychain.
    Nowhere,
}

/// Everything chosen on the command line.
#[derive(Debug)]
pub struct Options {
    /// 0 = any free port.
    pub port: u16,
    /// Folder of the built UI.
    pub ui: Option<PathBuf>,
    /// Where the encrypted files go; `None` = a temporary folder.
    pub data_folder: Option<PathBuf>,
    /// Start on the practice line.
    pub practice: bool,
    /// What holds the file key.
    pub key: KeyPlace,
    /// File with the passphrase.
    pub passphrase_file: Option<PathBuf>,
    /// A simulator in another process.
    pub line: Option<ExternalLine>,
    /// Where to die.
    pub kill_at: Option<KillAt>,
}

/// The command line makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    /// An argument is unknown, or its value is missing or malformed.
    #[error("read the arguments")]
    Arguments(#[from] lexopt::Error),
    /// The key is not 64 hexadecimal digits.
    #[error("the key is not 64 hexadecimal digits")]
    Key,
    /// The simulator's line is not what it prints.
    #[error("read the simulator's line")]
    Line(#[source] serde_json::Error),
    /// `--help`.
    #[error("help was asked for")]
    Help,
}

impl Options {
    /// Reads the command line and `TERN_DEV_KEY`.
    ///
    /// # Errors
    /// [`OptionsError`].
    pub fn from_environment() -> Result<Self, OptionsError> {
        Self::parse(
            lexopt::Parser::from_env(),
            std::env::var("TERN_DEV_KEY").ok(),
        )
    }

    fn parse(mut arguments: lexopt::Parser, key: Option<String>) -> Result<Self, OptionsError> {
        let mut options = Self {
            port: 0,
            ui: None,
            data_folder: None,
            practice: false,
            key: key.map_or(Ok(KeyPlace::Memory), |hex| read_key(&hex))?,
            passphrase_file: None,
            line: None,
            kill_at: None,
        };
        while let Some(argument) = arguments.next()? {
            match argument {
                Long("port") => options.port = arguments.value()?.parse()?,
                Long("ui") => options.ui = Some(arguments.value()?.into()),
                Long("data-dir") => options.data_folder = Some(arguments.value()?.into()),
                Long("practice") => options.practice = true,
                Long("key-hex") => options.key = read_key(&arguments.value()?.string()?)?,
                Long("no-keychain") => options.key = KeyPlace::Nowhere,
                Long("passphrase-file") => {
                    options.passphrase_file = Some(arguments.value()?.into());
                    options.key = KeyPlace::Nowhere;
                }
                Long("sim") => {
                    let line = arguments.value()?.string()?;
                    options.line = Some(serde_json::from_str(&line).map_err(OptionsError::Line)?);
                }
                Long("kill-at") => options.kill_at = Some(arguments.value()?.parse()?),
                Long("help") | Short('h') => return Err(OptionsError::Help),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(options)
    }
}

fn read_key(hex: &str) -> Result<KeyPlace, OptionsError> {
    let mut key = [0_u8; 32];
    hex::decode_to_slice(hex, &mut key).map_err(|_| OptionsError::Key)?;
    Ok(KeyPlace::Given(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options, OptionsError> {
        Options::parse(lexopt::Parser::from_args(arguments.iter().copied()), None)
    }

    #[test]
    fn everything_has_a_default() {
        let options = parse(&[]).unwrap();
        assert_eq!(
            (options.port, options.practice, options.key),
            (0, false, KeyPlace::Memory)
        );
    }

    #[test]
    fn a_passphrase_means_that_there_is_no_keychain() {
        let options = parse(&["--passphrase-file", "p", "--practice"]).unwrap();
        assert_eq!(options.key, KeyPlace::Nowhere);
        assert!(options.practice);
    }

    #[test]
    fn a_short_key_and_a_strange_step_are_refused() {
        assert!(matches!(
            parse(&["--key-hex", "00"]),
            Err(OptionsError::Key)
        ));
        assert!(matches!(
            parse(&["--kill-at", ":"]),
            Err(OptionsError::Arguments(_))
        ));
        assert!(matches!(
            parse(&["--sim", "{}"]),
            Err(OptionsError::Line(_))
        ));
    }
}
