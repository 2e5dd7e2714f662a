//! The whole configuration out to a file and in from one, with a look at what it would change.

use serde_json::{Map, Value};
use tern_store::{ReadConn, Store, StoreError};

use super::screening::load_screen;
use crate::app::App;
use crate::configuration::{
    ConfigurationProblem, Importing, ReadFile, SECTIONS, compare, read, write,
};
use crate::dto::{
    ConfigurationDiff, ConfigurationFile, ConfigurationImported, ConfigurationText, Line,
};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::records::Record;
use crate::words;

/// Largest file that is looked at, in bytes.
const LARGEST_FILE: usize = 4 * 1024 * 1024;

/// What stands where while a file is compared: the file's checked sections beside those in force.
struct Compared {
    diff: ConfigurationDiff,
    checked: Vec<(usize, Value)>,
}

impl App {
    /// The configuration as a file. It holds no secret and no customer.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] when the file cannot be read.
    pub async fn export_configuration(&self) -> Result<ConfigurationFile, ApiError> {
        let desk = self.desk()?;
        let day = jiff::Timestamp::from_millisecond(desk.now().0)
            .map(|now| now.strftime("%Y-%m-%d").to_string())
            .unwrap_or_default();
        Ok(ConfigurationFile {
            name: format!("tern-configuration-{day}.json"),
            text: text_in_force(&desk.store).await?,
        })
    }

    /// What importing a file would change; changes nothing.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] naming the line that cannot be read.
    pub async fn check_configuration(
        &self,
        request: ConfigurationText,
    ) -> Result<ConfigurationDiff, ApiError> {
        let desk = self.desk()?;
        let file = read_file(&request.text)?;
        let text = request.text;
        let compared = desk
            .store
            .read(move |conn| compare_with(conn, &text, &file))
            .await
            .map_err(|error| words::store(&error))?;
        Ok(compared.map_err(|problem| refusal(&problem))?.diff)
    }

    /// Puts a file in force: all of it in one transaction, or nothing.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] naming the line that cannot be read; nothing is changed then.
    pub async fn import_configuration(
        &self,
        request: ConfigurationText,
    ) -> Result<ConfigurationImported, ApiError> {
        let desk = self.desk()?;
        let file = read_file(&request.text)?;
        let before = self.settings().await?;
        let text = request.text;
        let (agent, clock) = (desk.agent(), desk.clock());
        let imported = desk
            .store
            .write(move |tx| {
                let importing = Importing {
                    agent,
                    clock: &*clock,
                };
                let compared = match compare_with(tx, &text, &file)? {
                    Ok(compared) => compared,
                    Err(problem) => return Ok(Err(problem)),
                };
                let before = in_force(tx)?;
                for (index, value) in &compared.checked {
                    if let Some(section) = SECTIONS.get(*index) {
                        (section.store)(tx, value, &importing)?;
                    }
                }
                let mut aside = unknown_sections(tx)?;
                for name in &compared.diff.unknown {
                    if let Some(value) = file.sections.get(name) {
                        aside.insert(name.clone(), value.clone());
                    }
                }
                tx.put_setting(Record::UnknownSections.name(), &aside)?;
                Ok(Ok(ConfigurationImported {
                    diff: compared.diff,
                    before: write(before),
                }))
            })
            .await
            .map_err(|error| words::store(&error))?
            .map_err(|problem| refusal(&problem))?;
        desk.screen.replace(load_screen(&desk.store).await?);
        let settings = self.settings().await?;
        if desk.line() == Line::Account && settings.late_after_minutes != before.late_after_minutes
        {
            desk.relink(&settings).await;
        }
        self.remember_settings(&settings);
        self.emit(Change::Settings);
        Ok(imported)
    }
}

fn read_file(text: &str) -> Result<ReadFile, ApiError> {
    if text.len() > LARGEST_FILE {
        return Err(refusal(&ConfigurationProblem::SomethingElse));
    }
    read(text).map_err(|problem| refusal(&problem))
}

fn refusal(problem: &ConfigurationProblem) -> ApiError {
    let remedy = match problem {
        ConfigurationProblem::Newer { .. } => "Update Tern, then import it again.",
        ConfigurationProblem::SomethingElse => {
            "Choose a file that was saved under Settings, Configuration."
        }
        _ => "Nothing was changed. Correct the file, then try again.",
    };
    ApiError::new(ErrorCode::InvalidInput, problem.to_string(), remedy)
}

async fn text_in_force(store: &Store) -> Result<String, ApiError> {
    let sections = store
        .read(in_force)
        .await
        .map_err(|error| words::store(&error))?;
    Ok(write(sections))
}

/// Every section in force, and those kept aside for another version.
fn in_force(conn: &ReadConn<'_>) -> Result<Map<String, Value>, StoreError> {
    let mut sections = Map::new();
    for section in SECTIONS {
        sections.insert(section.name.to_owned(), (section.load)(conn)?);
    }
    sections.extend(unknown_sections(conn)?);
    Ok(sections)
}

fn unknown_sections(conn: &ReadConn<'_>) -> Result<Map<String, Value>, StoreError> {
    let mut kept: Map<String, Value> = conn
        .find_setting(Record::UnknownSections.name())?
        .unwrap_or_default();
    // After an update a section may be known.
    kept.retain(|name, _| SECTIONS.iter().all(|section| section.name != name));
    Ok(kept)
}

fn compare_with(
    conn: &ReadConn<'_>,
    text: &str,
    file: &ReadFile,
) -> Result<Result<Compared, ConfigurationProblem>, StoreError> {
    let mut sections = Vec::new();
    let mut checked = Vec::new();
    for (index, section) in SECTIONS.iter().enumerate() {
        match file.section(text, section) {
            Ok(None) => {}
            Ok(Some(value)) => {
                sections.push(compare(section.title, &(section.load)(conn)?, &value));
                checked.push((index, value));
            }
            Err(problem) => return Ok(Err(problem)),
        }
    }
    let is_unknown = |name: &&String| SECTIONS.iter().all(|section| section.name != **name);
    Ok(Ok(Compared {
        diff: ConfigurationDiff {
            sections,
            unknown: file.sections.keys().filter(is_unknown).cloned().collect(),
        },
        checked,
    }))
}
