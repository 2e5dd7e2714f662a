//! Texts of other systems: looking into a file, what it would bring, bringing it in, and taking it out again.
//!
//! For administrators: it changes what everybody at the desk takes for the past.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use tern_domain::history_import::{
    HistoryField, HistoryImport, HistoryImportId, HistoryImportState, HistoryMapping, HistoryShape,
    TimeFormat, recognise,
};
use tern_domain::{IdSource as _, PhoneNumber, Territory};
use tern_engine::EdgeIds;
use tern_store::RemovalLook;

use crate::app::App;
use crate::dto::{
    BringHistory, CheckHistory, HistoryCheckView, HistoryColumnView, HistoryFieldView,
    HistoryFileView, HistoryImportRef, HistoryImportStateView, HistoryImportView,
    HistoryImportsView, HistoryMappingView, HistoryRemovalView, JobKind, JobView, LookAtHistory,
    MappedColumn, PlaceKind, TimeFormatView,
};
use crate::error::{ApiError, ErrorCode};
use crate::histories::{self, HistorySource};
use crate::jobs::JobResult;
use crate::view::message::Beholder;
use crate::words;

/// Rows by which columns and their meaning are told.
const LOOKED_AT: usize = 50;
/// Columns shown.
const MOST_COLUMNS: usize = 200;
/// Characters of an example.
const LONGEST_EXAMPLE: usize = 60;
/// Texts of one look at what would go.
const LOOK: u32 = 10_000;

/// What the beginning of a file shows.
struct Beginning {
    size: u64,
    format: &'static str,
    encoding: &'static str,
    columns: Vec<HistoryColumnView>,
}

impl App {
    /// Looks into a file: what it is, its columns, and how it would be read.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] but for administrators, [`ErrorCode::InvalidInput`] for a file that is neither a table
    /// nor JSON.
    pub async fn look_at_history(
        &self,
        request: LookAtHistory,
    ) -> Result<HistoryFileView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let path = self.place(PlaceKind::History, &request.place).await?;
        let name = histories::name_of(&path);
        let found = tokio::task::spawn_blocking(move || beginning(&path))
            .await
            .map_err(|_| ApiError::internal())??;
        let names: Vec<String> = found.columns.iter().map(|it| it.name.clone()).collect();
        let (shape, columns) = recognise(&names);
        let only_number = match desk.link().phone_numbers().as_slice() {
            [number] => Some(number.as_str().to_owned()),
            _ => None,
        };
        let says_ours = columns.contains_key(&HistoryField::Ours)
            || (columns.contains_key(&HistoryField::From)
                && columns.contains_key(&HistoryField::To));
        let mapping = HistoryMappingView {
            columns: columns
                .into_iter()
                .map(|(field, column)| MappedColumn {
                    field: field_view(field),
                    column,
                })
                .collect(),
            our_number: only_number.filter(|_| !says_ours),
            time: TimeFormatView::Automatic,
            zone: request.zone,
        };
        let territory = self.default_territory(&desk).await?;
        let is_recognised = shape != HistoryShape::Other
            && mapping_of(&mapping, territory).is_ok_and(|mapping| mapping.lacks().is_empty());
        Ok(HistoryFileView {
            name,
            size: found.size,
            format: found.format.to_owned(),
            encoding: found.encoding.to_owned(),
            source: shape.words().to_owned(),
            is_recognised,
            columns: found.columns,
            mapping,
        })
    }

    /// Looks through the whole file for what it would bring, as a job. Nothing is changed.
    ///
    /// # Errors
    /// As [`App::look_at_history`], and for a mapping that does not say enough.
    pub async fn check_history(&self, request: CheckHistory) -> Result<JobView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let path = self.place(PlaceKind::History, &request.place).await?;
        let looked = path.clone();
        let found = tokio::task::spawn_blocking(move || beginning(&looked))
            .await
            .map_err(|_| ApiError::internal())??;
        let names: Vec<String> = found.columns.iter().map(|it| it.name.clone()).collect();
        let (shape, _) = recognise(&names);
        let mapping = mapping_of(&request.mapping, self.default_territory(&desk).await?)?;
        if let Some(field) = mapping.lacks().first() {
            return Err(ApiError::new(
                ErrorCode::InvalidInput,
                format!("It is not said where {} stands.", field.words()),
                "Choose a column for it.",
            ));
        }
        desk.histories.forget();
        let source = HistorySource {
            path,
            shape,
            mapping,
            add_people: request.add_people,
            own: desk.link().phone_numbers(),
            screen: desk.screen.current(),
        };
        let (store, clock) = (desk.store.clone(), desk.clock());
        let id = EdgeIds::new(&*clock).uuid().to_string();
        let about = histories::name_of(&source.path);
        let weak = Arc::downgrade(&desk);
        desk.jobs.start(JobKind::Import, about, move |job| {
            let look = histories::check(&store, &source, &id, clock.now(), job)?;
            let texts = look.view.texts;
            if let Some(desk) = weak.upgrade() {
                desk.histories.keep(look);
            }
            Ok(JobResult {
                message: format!("Looked through the file: it would bring {texts} texts."),
                place: None,
            })
        })
    }

    /// What the last look found.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] but for administrators.
    pub async fn history_check(&self) -> Result<Option<HistoryCheckView>, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        Ok(desk.histories.last().map(|look| look.view))
    }

    /// Brings in what was looked at, as a job.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for another look than the last.
    pub async fn bring_history(&self, request: BringHistory) -> Result<JobView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let look = desk
            .histories
            .last()
            .filter(|look| look.view.id == request.id)
            .ok_or_else(|| words::gone("look at this file"))?;
        let (store, clock, by) = (desk.store.clone(), desk.clock(), desk.agent());
        let changes = Arc::clone(&self.inner.changes);
        let about = look.view.file.clone();
        let job = desk.jobs.start(JobKind::Import, about, move |job| {
            histories::bring(&store, &clock, &changes, &look, by, job)
        })?;
        desk.histories.forget();
        Ok(job)
    }

    /// Past imports, the newest first.
    ///
    /// # Errors
    /// What the file answers.
    pub async fn history_imports(&self) -> Result<HistoryImportsView, ApiError> {
        let desk = self.desk()?;
        let beholder = self.beholder(&desk).await?;
        let may_change = self.must_administer(&desk).await.is_ok();
        let imports = desk
            .store
            .read(|conn| conn.list_history_imports())
            .await
            .map_err(|error| words::store(&error))?;
        Ok(HistoryImportsView {
            imports: imports
                .iter()
                .map(|it| import_view(it, &beholder))
                .collect(),
            may_change,
        })
    }

    /// What taking an import out would come to.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`], [`ErrorCode::NotAllowed`] but for administrators.
    pub async fn look_at_history_removal(
        &self,
        request: HistoryImportRef,
    ) -> Result<HistoryRemovalView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let import = HistoryImportId(request.id);
        desk.store
            .read(move |conn| conn.load_history_import(import))
            .await
            .map_err(|error| words::store(&error))?;
        let mut look = RemovalLook::default();
        let mut next = Some(0);
        while let Some(after) = next {
            let so_far = look;
            (look, next) = desk
                .store
                .read(move |conn| {
                    let mut look = so_far;
                    let next = conn.look_at_history_removal(&mut look, import, after, LOOK)?;
                    Ok((look, next))
                })
                .await
                .map_err(|error| words::store(&error))?;
        }
        Ok(HistoryRemovalView {
            id: request.id,
            texts: look.texts,
            held: look.held,
            redacted: look.redacted,
            conversations: look.conversations,
            people: look.people,
            blocks: look.blocks,
        })
    }

    /// Takes an import out again, as a job.
    ///
    /// # Errors
    /// As [`App::look_at_history_removal`]; [`ErrorCode::NotAllowed`] for one that is not in.
    pub async fn remove_history(&self, request: HistoryImportRef) -> Result<JobView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let import = HistoryImportId(request.id);
        let found = desk
            .store
            .read(move |conn| conn.load_history_import(import))
            .await
            .map_err(|error| words::store(&error))?;
        if found.state == HistoryImportState::Removed {
            return Err(ApiError::new(
                ErrorCode::NotAllowed,
                "This import was taken out already.",
                "",
            ));
        }
        let (store, clock, by) = (desk.store.clone(), desk.clock(), desk.agent());
        let changes = Arc::clone(&self.inner.changes);
        desk.jobs.start(JobKind::Import, found.file, move |job| {
            histories::remove(&store, &clock, &changes, import, by, job)
        })
    }
}

/// The beginning of a file, by which its columns are told.
fn beginning(path: &Path) -> Result<Beginning, ApiError> {
    let (mut rows, stamp) = histories::open(path)?;
    let mut columns: Vec<HistoryColumnView> = Vec::new();
    let mut indices: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..LOOKED_AT {
        let Some(row) = rows.next()? else { break };
        let Ok(row) = row else { continue };
        for (name, cell) in row.names.iter().zip(&row.cells) {
            let index = match indices.get(name) {
                Some(index) => *index,
                None if columns.len() == MOST_COLUMNS || name.is_empty() => continue,
                None => {
                    columns.push(HistoryColumnView {
                        name: name.clone(),
                        example: String::new(),
                    });
                    indices.insert(name.clone(), columns.len() - 1);
                    columns.len() - 1
                }
            };
            if let Some(column) = columns.get_mut(index).filter(|it| it.example.is_empty()) {
                column.example = cell.trim().chars().take(LONGEST_EXAMPLE).collect();
            }
        }
    }
    if columns.is_empty() {
        return Err(ApiError::new(
            ErrorCode::InvalidInput,
            "No rows of texts were found in this file.",
            "Choose a CSV file whose first line names its columns, or JSON with an array of messages.",
        ));
    }
    Ok(Beginning {
        size: stamp.length,
        format: rows.format(),
        encoding: rows.encoding(),
        columns,
    })
}

const FIELDS: [(HistoryField, HistoryFieldView); 17] = [
    (HistoryField::Ours, HistoryFieldView::Ours),
    (HistoryField::Theirs, HistoryFieldView::Theirs),
    (HistoryField::From, HistoryFieldView::From),
    (HistoryField::To, HistoryFieldView::To),
    (HistoryField::At, HistoryFieldView::At),
    (HistoryField::Direction, HistoryFieldView::Direction),
    (HistoryField::Body, HistoryFieldView::Body),
    (HistoryField::Id, HistoryFieldView::Id),
    (HistoryField::Status, HistoryFieldView::Status),
    (HistoryField::Agent, HistoryFieldView::Agent),
    (HistoryField::Name, HistoryFieldView::Name),
    (HistoryField::ErrorCode, HistoryFieldView::ErrorCode),
    (HistoryField::Segments, HistoryFieldView::Segments),
    (HistoryField::Pictures, HistoryFieldView::Pictures),
    (HistoryField::Private, HistoryFieldView::Private),
    (HistoryField::Kind, HistoryFieldView::Kind),
    (HistoryField::ContentType, HistoryFieldView::ContentType),
];

fn field_view(field: HistoryField) -> HistoryFieldView {
    FIELDS
        .iter()
        .find(|(known, _)| *known == field)
        .map_or(HistoryFieldView::Body, |(_, view)| *view)
}

fn mapping_of(view: &HistoryMappingView, territory: Territory) -> Result<HistoryMapping, ApiError> {
    let columns = view
        .columns
        .iter()
        .filter_map(|mapped| {
            let (field, _) = FIELDS.iter().find(|(_, view)| *view == mapped.field)?;
            Some((*field, mapped.column.clone()))
        })
        .collect();
    let our_number = view
        .our_number
        .as_deref()
        .map(str::trim)
        .filter(|number| !number.is_empty())
        .map(|number| {
            PhoneNumber::parse(number)
                .or_else(|_| PhoneNumber::from_typed(number, territory))
                .map_err(|_| {
                    ApiError::new(
                        ErrorCode::InvalidInput,
                        "Our number is no phone number.",
                        "Enter it with + and country code.",
                    )
                })
        })
        .transpose()?;
    Ok(HistoryMapping {
        columns,
        our_number,
        time: match view.time {
            TimeFormatView::Automatic => TimeFormat::Automatic,
            TimeFormatView::DayMonthYear => TimeFormat::DayMonthYear,
            TimeFormatView::MonthDayYear => TimeFormat::MonthDayYear,
        },
        zone: view.zone.clone(),
        territory,
    })
}

fn import_view(import: &HistoryImport, beholder: &Beholder) -> HistoryImportView {
    HistoryImportView {
        id: import.id.0,
        file: import.file.clone(),
        at: import.started_at.0,
        by: beholder.name_of(import.by),
        state: match import.state {
            HistoryImportState::Running => HistoryImportStateView::Running,
            HistoryImportState::Done => HistoryImportStateView::Done,
            HistoryImportState::Removing => HistoryImportStateView::Removing,
            HistoryImportState::Removed => HistoryImportStateView::Removed,
        },
        texts: import.counts.texts,
        conversations: import.counts.conversations,
        people: import.counts.people,
        duplicates: import.counts.duplicates,
        left_out: import.counts.left_out,
        removed_by: import.removed.map(|(by, _)| beholder.name_of(by)),
        removed_at: import.removed.map(|(_, at)| at.0),
    }
}
