//! The whole configuration out to a file and in from one, with a look at what it would change.

use serde_json::{Map, Value};
use tern_domain::IdSource as _;
use tern_domain::routing::OtherAgents;
use tern_engine::EdgeIds;
use tern_store::{Applied, ReadConn, StoreError};

use super::screening::load_screen;
use crate::app::App;
use crate::configuration::{
    ConfigurationProblem, ConfigurationStep, Importing, Meanwhile, Prepared, checked, in_force,
    is_unknown, kept_aside, read, section_counts, section_problem, write,
};
use crate::dto::{
    ConfigurationDiff, ConfigurationFile, ConfigurationImported, ConfigurationText, Line, Settings,
};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::line::Desk;
use crate::undo::UndoStep;
use crate::words;

/// Largest file that is looked at, in bytes.
const LARGEST_FILE: usize = 4 * 1024 * 1024;

/// A file that was read.
struct Chosen {
    text: String,
    /// Sections as they stand in it.
    sections: Map<String, Value>,
    /// Those that this version knows, in their kept form.
    checked: Map<String, Value>,
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
        let (mut sections, aside) = desk
            .store
            .read(|conn| Ok((in_force(conn)?, kept_aside(conn)?)))
            .await
            .map_err(|error| words::store(&error))?;
        let counts = section_counts(&sections);
        sections.extend(aside);
        Ok(ConfigurationFile {
            name: format!("tern-configuration-{day}.json"),
            text: write(sections),
            sections: counts,
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
        let agent = desk.agent();
        let chosen = read_file(request.text)?;
        desk.store
            .read(move |conn| {
                Ok(chosen
                    .prepare(conn, agent)?
                    .map(|prepared| chosen.diff(&prepared)))
            })
            .await
            .map_err(|error| words::store(&error))?
            .map_err(|problem| refusal(&problem))
    }

    /// Puts a file in force: all of it in one transaction, or nothing.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] naming the line that cannot be read, [`ErrorCode::NotAllowed`] for who may
    /// not configure; nothing is changed then.
    pub async fn import_configuration(
        &self,
        request: ConfigurationText,
    ) -> Result<ConfigurationImported, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let chosen = read_file(request.text)?;
        let settings = self.settings().await?;
        let (agent, clock) = (desk.agent(), desk.clock());
        let (applied, diff, step) = desk
            .store
            .write(move |tx| {
                let prepared = match chosen.prepare(tx, agent)? {
                    Ok(prepared) => prepared,
                    Err(problem) => return Ok(Err(problem)),
                };
                let importing = Importing {
                    agent,
                    clock: &*clock,
                };
                let applied = prepared.write(tx, &importing)?;
                Ok(Ok((applied, chosen.diff(&prepared), prepared.step())))
            })
            .await
            .map_err(|error| words::store(&error))?
            .map_err(|problem| refusal(&problem))?;
        self.configured(&desk, applied, &settings).await?;
        let undo = step.map(|step| {
            let token = EdgeIds::new(&*desk.clock()).uuid();
            desk.undo
                .keep(token, UndoStep::Configuration(Box::new(step)))
        });
        Ok(ConfigurationImported { diff, undo })
    }

    /// Takes an import back.
    pub(super) async fn take_import_back(
        &self,
        desk: &Desk,
        step: ConfigurationStep,
    ) -> Result<(), ApiError> {
        self.must_administer(desk).await?;
        let settings = self.settings().await?;
        let (agent, clock) = (desk.agent(), desk.clock());
        let applied = desk
            .store
            .write(move |tx| {
                let wanted = match step.back(&in_force(tx)?) {
                    Ok(wanted) => wanted,
                    Err(meanwhile) => return Ok(Err(changed_since(&meanwhile))),
                };
                let aside = step.back_aside(&kept_aside(tx)?);
                let prepared = Prepared::make(tx, &wanted, aside, (OtherAgents::Leave, agent))?;
                let importing = Importing {
                    agent,
                    clock: &*clock,
                };
                match prepared {
                    Ok(prepared) => prepared.write(tx, &importing).map(Ok),
                    Err((_, flaw)) => Ok(Err(cannot_go_back(flaw.words))),
                }
            })
            .await
            .map_err(|error| words::store(&error))??;
        self.configured(desk, applied, &settings).await
    }

    /// Lets everything that runs know what is configured now.
    async fn configured(
        &self,
        desk: &Desk,
        applied: Applied,
        before: &Settings,
    ) -> Result<(), ApiError> {
        desk.screen.replace(load_screen(&desk.store).await?);
        self.refresh_lock(desk).await?;
        let settings = self.settings().await?;
        if desk.line() == Line::Account && settings.late_after_minutes != before.late_after_minutes
        {
            desk.relink(&settings).await;
        }
        self.remember_settings(&settings);
        self.announce(desk, applied);
        self.topics_changed(desk).await?;
        if let Some(engine) = desk.engine() {
            let told = engine.past_policy_changed().await;
            told.map_err(|error| words::backfill(&error))?;
        }
        // How the inbox looks is configured too.
        for change in [
            Change::Settings,
            Change::Team,
            Change::Views,
            Change::Everything,
        ] {
            self.emit(change);
        }
        Ok(())
    }
}

impl Chosen {
    fn prepare(
        &self,
        conn: &ReadConn<'_>,
        agent: tern_domain::AgentId,
    ) -> Result<Result<Prepared, ConfigurationProblem>, StoreError> {
        let mut aside = kept_aside(conn)?;
        for name in self.unknown() {
            if let Some(value) = self.sections.get(&name) {
                aside.insert(name, value.clone());
            }
        }
        let prepared = Prepared::make(conn, &self.checked, aside, (OtherAgents::Stay, agent))?;
        Ok(prepared.map_err(|found| section_problem(&self.text, found)))
    }

    fn diff(&self, prepared: &Prepared) -> ConfigurationDiff {
        ConfigurationDiff {
            sections: prepared.diff(|name| self.checked.contains_key(name)),
            unknown: self.unknown(),
        }
    }

    fn unknown(&self) -> Vec<String> {
        let names = self.sections.keys().filter(|name| is_unknown(name));
        names.cloned().collect()
    }
}

fn read_file(text: String) -> Result<Chosen, ApiError> {
    if text.len() > LARGEST_FILE {
        return Err(refusal(&ConfigurationProblem::TooLarge));
    }
    let sections = read(&text).map_err(|problem| refusal(&problem))?;
    let checked = checked(&sections).map_err(|found| refusal(&section_problem(&text, found)))?;
    Ok(Chosen {
        text,
        sections,
        checked,
    })
}

fn refusal(problem: &ConfigurationProblem) -> ApiError {
    let remedy = match problem {
        ConfigurationProblem::Newer { .. } => "Update Tern, then import it again.",
        ConfigurationProblem::SomethingElse | ConfigurationProblem::TooLarge => {
            "Choose a file that was saved under Settings, Configuration."
        }
        _ => "Nothing was changed. Correct the file, then try again.",
    };
    ApiError::new(ErrorCode::InvalidInput, problem.to_string(), remedy)
}

fn changed_since(meanwhile: &Meanwhile) -> ApiError {
    let Meanwhile { section, entry } = meanwhile;
    ApiError::new(
        ErrorCode::NotAllowed,
        format!("“{entry}” under {section} has been changed since the import."),
        "Nothing was taken back. Change by hand what should be as it was.",
    )
}

fn cannot_go_back(words: String) -> ApiError {
    ApiError::new(
        ErrorCode::NotAllowed,
        words,
        "Nothing was taken back. Settle this first, then try again.",
    )
}
