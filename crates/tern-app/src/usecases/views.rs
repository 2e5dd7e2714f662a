//! Saved views: conditions with a name, evaluated over the rows whenever they are looked at; and saved searches, which
//! are views of texts.

use std::cmp::Reverse;

use tern_domain::UtcMillis;
use tern_domain::condition::Condition;
use tern_store::{FactRow, FactScope, ReadConn, SavedView, SavedViewId, StoreError};

use super::inbox::is_offline;
use crate::app::App;
use crate::dto::{
    ConversationPage, ListView, ReplaceSavedViews, SavedViewDraft, SavedViewRow, ViewScope,
    ViewSort,
};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::view::card::Cards;
use crate::view::{condition, conversation};
use crate::words;

/// Most rows of one page.
const LARGEST_PAGE: u32 = 200;
/// Most views; each is evaluated whenever the inbox changes. As many searches may be saved beside them.
const MOST_VIEWS: usize = 30;
/// Longest search that is saved, in characters.
const LONGEST_SEARCH: usize = 500;
/// Longest name, in characters.
const LONGEST_NAME: usize = 60;

impl App {
    /// All saved views with their counts.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] when the file cannot be read.
    pub async fn saved_views(&self) -> Result<Vec<SavedViewRow>, ApiError> {
        let desk = self.desk()?;
        let now = desk.now();
        desk.store
            .read(move |conn| {
                let views = conn.list_saved_views()?;
                let looked = Looked::at(conn, &views, now)?;
                Ok(looked.rows())
            })
            .await
            .map_err(|error| words::store(&error))
    }

    /// Replaces all saved views.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for a view without a name or with a condition that is not good.
    pub async fn replace_saved_views(
        &self,
        request: ReplaceSavedViews,
    ) -> Result<Vec<SavedViewRow>, ApiError> {
        let desk = self.desk()?;
        let views = check_views(request.views)?;
        desk.store
            .write(move |tx| tx.replace_saved_views(&views))
            .await
            .map_err(|error| words::store(&error))?;
        self.emit(Change::Views);
        self.saved_views().await
    }

    /// One page of a saved view.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] for a view that was deleted.
    pub async fn list_view(&self, request: ListView) -> Result<ConversationPage, ApiError> {
        let desk = self.desk()?;
        let revision = self.revision();
        let now = desk.now();
        let id = parse_id(&request.view_id)?;
        let skipped: usize = match request.after {
            None => 0,
            Some(text) => text
                .parse()
                .map_err(|_| ApiError::bad_request("the cursor is malformed"))?,
        };
        let limit = usize::try_from(request.limit.clamp(1, LARGEST_PAGE)).unwrap_or(1);
        let (link, offline) = (desk.link(), is_offline(&desk));
        let (rows, next, counts) = desk
            .store
            .read(move |conn| {
                let views = conn.list_saved_views()?;
                let view = views
                    .into_iter()
                    .find(|view| view.id == id)
                    .ok_or(StoreError::NotFound { what: "view" })?;
                let looked = Looked::at(conn, std::slice::from_ref(&view), now)?;
                let found: Vec<_> = looked
                    .views
                    .iter()
                    .flat_map(|it| looked.sorted(it))
                    .collect();
                let end = skipped.saturating_add(limit);
                let cards = Cards::read(conn, link, now)?;
                let shown = found.iter().skip(skipped).take(limit);
                let shown = shown
                    .map(|found| conn.load_conversation(found.conversation))
                    .collect::<Result<Vec<_>, _>>()?;
                let rows = cards.rows(conn, &shown, offline)?;
                let next = (found.len() > end).then(|| end.to_string());
                Ok((rows, next, conn.counts()?))
            })
            .await
            .map_err(|error| words::store(&error))?;
        Ok(ConversationPage {
            rows,
            next,
            counts: conversation::counts(counts),
            revision,
        })
    }
}

/// What some views look at, read once.
struct Looked<'v> {
    /// A condition that a later version wrote and this one cannot read has no rows; the view says why.
    views: Vec<(&'v SavedView, Option<Condition>)>,
    open: Vec<FactRow>,
    everything: Vec<FactRow>,
}

impl<'v> Looked<'v> {
    fn at(conn: &ReadConn<'_>, views: &'v [SavedView], now: UtcMillis) -> Result<Self, StoreError> {
        let views: Vec<_> = views
            .iter()
            .map(|view| (view, Condition::compile(&view.condition).ok()))
            .collect();
        let read = |scope, stored| {
            let mut conditions = views
                .iter()
                .filter(|(view, _)| read_scope(&view.scope) == scope)
                .filter_map(|(_, condition)| condition.as_ref())
                .peekable();
            if conditions.peek().is_none() {
                return Ok(Vec::new());
            }
            let with_interactions = conditions
                .any(|condition| condition.facts().iter().any(|it| it.is_of_interaction()));
            conn.list_fact_rows(stored, with_interactions, now)
        };
        let open = read(ViewScope::Open, FactScope::Open)?;
        let everything = read(ViewScope::Everything, FactScope::Everything)?;
        Ok(Self {
            views,
            open,
            everything,
        })
    }

    fn matching<'a>(
        &'a self,
        view: &SavedView,
        condition: Option<&'a Condition>,
    ) -> impl Iterator<Item = &'a FactRow> + use<'a> {
        let rows = match read_scope(&view.scope) {
            ViewScope::Open => self.open.as_slice(),
            ViewScope::Everything => &self.everything,
            ViewScope::Texts => &[],
        };
        rows.iter()
            .filter(move |found| condition.is_some_and(|it| it.evaluate(*found).is_met))
    }

    /// What a view has, in its order.
    fn sorted<'a>(
        &'a self,
        (view, condition): &'a (&SavedView, Option<Condition>),
    ) -> Vec<&'a FactRow> {
        let mut rows: Vec<_> = self.matching(view, condition.as_ref()).collect();
        match read_sort(&view.sort) {
            ViewSort::Newest => rows.sort_by_key(|found| Reverse(found.last_position)),
            ViewSort::Oldest => rows.sort_by_key(|found| found.last_position),
            ViewSort::LongestWait => rows.sort_by_key(|found| {
                let waiting = found.waiting_since;
                (waiting.is_none(), waiting, Reverse(found.last_position))
            }),
        }
        rows
    }

    /// Every view with what it counts.
    fn rows(&self) -> Vec<SavedViewRow> {
        let row = |(view, condition): &(&SavedView, Option<Condition>)| {
            let (mut count, mut unread) = (0_u32, 0_u32);
            for found in self.matching(view, condition.as_ref()) {
                count += 1;
                unread += u32::from(found.unread_count > 0);
            }
            SavedViewRow {
                id: view.id.0.to_string(),
                name: view.name.clone(),
                condition: match read_scope(&view.scope) {
                    ViewScope::Texts => condition::search(&view.condition),
                    ViewScope::Open | ViewScope::Everything => condition::check(&view.condition),
                },
                sort: read_sort(&view.sort),
                scope: read_scope(&view.scope),
                count,
                unread,
            }
        };
        self.views.iter().map(row).collect()
    }
}

/// Whether these can be all saved views.
pub(crate) fn check_views(drafts: Vec<SavedViewDraft>) -> Result<Vec<SavedView>, ApiError> {
    let searches = drafts
        .iter()
        .filter(|draft| draft.scope == ViewScope::Texts)
        .count();
    for (what, many) in [("searches", searches), ("views", drafts.len() - searches)] {
        if many > MOST_VIEWS {
            return Err(ApiError::new(
                ErrorCode::InvalidInput,
                format!("There can be at most {MOST_VIEWS} saved {what}."),
                "Delete one that is not used any more.",
            ));
        }
    }
    drafts.into_iter().map(checked).collect()
}

fn checked(draft: SavedViewDraft) -> Result<SavedView, ApiError> {
    let name = draft.name.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(ApiError::new(
            ErrorCode::InvalidInput,
            match draft.scope {
                ViewScope::Texts => "A saved search needs a name of at most 60 characters.",
                ViewScope::Open | ViewScope::Everything => {
                    "A view needs a name of at most 60 characters."
                }
            },
            "",
        ));
    }
    let condition = match draft.scope {
        ViewScope::Texts => checked_search(&draft.condition)?,
        ViewScope::Open | ViewScope::Everything => checked_condition(name, &draft.condition)?,
    };
    Ok(SavedView {
        id: parse_id(&draft.id)?,
        name: name.to_owned(),
        condition,
        sort: match draft.sort {
            ViewSort::Newest => "newest",
            ViewSort::Oldest => "oldest",
            ViewSort::LongestWait => "longest_wait",
        }
        .to_owned(),
        scope: match draft.scope {
            ViewScope::Open => "open",
            ViewScope::Everything => "everything",
            ViewScope::Texts => "texts",
        }
        .to_owned(),
    })
}

fn checked_condition(name: &str, text: &str) -> Result<String, ApiError> {
    let condition = Condition::compile(text).map_err(|problems| {
        let first = problems
            .into_iter()
            .next()
            .map(|problem| problem.to_string());
        ApiError::new(
            ErrorCode::InvalidInput,
            format!("The condition of “{name}” is not good."),
            first.unwrap_or_default(),
        )
    })?;
    Ok(condition.source().to_owned())
}

/// Whatever is typed can be searched for, as long as it is something.
fn checked_search(text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    let problem = match text.chars().count() {
        0 => "A saved search has to look for something.",
        length if length > LONGEST_SEARCH => {
            "A search of more than 500 characters cannot be saved."
        }
        _ => return Ok(text.to_owned()),
    };
    Err(ApiError::new(ErrorCode::InvalidInput, problem, ""))
}

fn parse_id(text: &str) -> Result<SavedViewId, ApiError> {
    text.parse()
        .map(SavedViewId)
        .map_err(|_| ApiError::bad_request("the view's id is malformed"))
}

pub(crate) fn read_sort(word: &str) -> ViewSort {
    match word {
        "oldest" => ViewSort::Oldest,
        "longest_wait" => ViewSort::LongestWait,
        _ => ViewSort::Newest,
    }
}

pub(crate) fn read_scope(word: &str) -> ViewScope {
    match word {
        "everything" => ViewScope::Everything,
        "texts" => ViewScope::Texts,
        _ => ViewScope::Open,
    }
}
