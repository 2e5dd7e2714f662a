//! Notifications: the list, defining one, saying what it would come to, and the way back.

use std::collections::BTreeSet;

use tern_domain::notification::{
    DEFAULT_HEADING, Delivery, Notification, NotificationOffer, NotificationProblem,
    NotificationSettings, RenderedNotification, RunCause, check_notification, check_picture_width,
    text_problem,
};
use tern_domain::segments::measure;
use tern_domain::topic::{ColumnKind, RecordTable, Row, TopicKind, TopicName};
use tern_engine::{Forecast, NOTIFICATION_SETTINGS};
use tern_store::{ReadConn, StoreError, WriteTx};

use super::rows::keep;
use super::team::Outcome;
use super::topics::{read as read_virtual_agent, read_topics};
use crate::app::App;
use crate::dto::{
    ForecastView, NotificationDraft, NotificationPreview, NotificationRef, NotificationRow,
    NotificationSettingsView, NotificationTopic, NotificationsChanged, NotificationsView,
    NotifyingColumn, NotifyingTable, PreviewNotification,
};
use crate::error::{ApiError, ErrorCode};
use crate::line::Desk;
use crate::undo::UndoStep;
use crate::view::message::encoding;
use crate::view::notification as view;
use crate::words;

/// Recipients that a preview names one by one.
const NAMED: usize = 200;

impl App {
    /// All notifications, and what they can name.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for anybody but an administrator.
    pub async fn list_notifications(&self) -> Result<NotificationsView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        self.notifications_view(&desk).await
    }

    /// Adds a notification, or changes one.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] naming what has to change.
    pub async fn save_notification(
        &self,
        request: NotificationDraft,
    ) -> Result<NotificationsView, ApiError> {
        let notification = view::read(request)?;
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        // What it shows somebody alone is looked at in the preview: it is another one for each row.
        if let Some(address) = notification.content.fixed_picture() {
            let problem = self.picture_problem(&desk, address).await?;
            problem.map_or(Ok(()), |problem| Err(words::invalid(&problem)))?;
        }
        self.change_notifications(&desk, move |tx| {
            if let Err(problem) = check(tx, &notification)? {
                return Ok(Err(problem));
            }
            tx.put_notification(&notification)?;
            Ok(Ok(()))
        })
        .await?;
        self.notifications_view(&desk).await
    }

    /// Deletes a notification. What it has sent stays; whoever was still to get it does not.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`] if it is gone already.
    pub async fn delete_notification(
        &self,
        request: NotificationRef,
    ) -> Result<NotificationsChanged, ApiError> {
        let id = words::id(&request.id)?;
        let desk = self.desk()?;
        let before = self
            .change_notifications(&desk, move |tx| {
                let Some(before) = tx.find_notification(id)? else {
                    return Ok(Err(words::gone("notification")));
                };
                tx.delete_notification(id)?;
                Ok(Ok(before))
            })
            .await?;
        Ok(NotificationsChanged {
            view: self.notifications_view(&desk).await?,
            undo: keep(&desk, UndoStep::Notification(Box::new(before))),
        })
    }

    /// Brings a deleted notification back.
    pub(super) async fn take_notification_back(
        &self,
        before: Notification,
    ) -> Result<(), ApiError> {
        let desk = self.desk()?;
        self.change_notifications(&desk, move |tx| {
            if let Err(problem) = check(tx, &before)? {
                return Ok(Err(problem));
            }
            tx.put_notification(&before)?;
            Ok(Ok(()))
        })
        .await
    }

    /// Decides when it is quiet, and how often one person is texted.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for hours or a limit that make no sense.
    pub async fn save_notification_settings(
        &self,
        request: NotificationSettingsView,
    ) -> Result<NotificationsView, ApiError> {
        let settings = view::read_settings(&request).map_err(|problem| words::invalid(&problem))?;
        settings
            .check()
            .map_err(|problem| words::invalid(&problem))?;
        let desk = self.desk()?;
        let now = desk.now();
        self.change_notifications(&desk, move |tx| {
            tx.put_setting(NOTIFICATION_SETTINGS, &settings)?;
            // Whoever waits for the end of quiet hours may not have to any more.
            tx.wake_recipients(now)?;
            Ok(Ok(()))
        })
        .await?;
        self.notifications_view(&desk).await
    }

    /// Says what a notification would come to now: the text for the newest row, who would get it, who would not and
    /// why, and how many parts that is. Nothing is sent.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for anybody but an administrator.
    pub async fn preview_notification(
        &self,
        request: PreviewNotification,
    ) -> Result<NotificationPreview, ApiError> {
        let notification = view::read(request.notification)?;
        let parms = [request.parm1, request.parm2];
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let engine = desk.engine().ok_or_else(words::not_ready)?;
        let agent = desk.agent();
        let mut preview = desk
            .store
            .read(move |conn| {
                let problem = match check(conn, &notification)? {
                    Ok(()) => String::new(),
                    Err(problem) => problem.message,
                };
                let table = table_of(conn, &notification)?;
                let cause = match &table {
                    None => RunCause::Event { by: agent, parms },
                    Some(table) => RunCause::Record {
                        row: String::new(),
                        values: newest_row(conn, table)?,
                        originator: None,
                    },
                };
                let occasion = cause.occasion();
                let rendered = notification.content.render(table.as_ref(), &occasion);
                let forecast = engine
                    .notifications()
                    .forecast(conn, &notification, &cause)?;
                let mut preview = sum(&forecast);
                preview.problem = problem;
                match rendered {
                    Ok(rendered) => {
                        let settings: NotificationSettings = conn
                            .find_setting(NOTIFICATION_SETTINGS)?
                            .unwrap_or_default();
                        let shown = (&notification, rendered, &cause);
                        show(&mut preview, shown, &settings);
                    }
                    Err(flaw) if preview.problem.is_empty() => preview.problem = flaw.words,
                    Err(_) => {}
                }
                for told in forecast.iter().take(NAMED) {
                    preview.recipients.push(forecast_view(conn, told)?);
                }
                Ok(preview)
            })
            .await
            .map_err(|error| words::store(&error))?;
        if let (true, Some(address)) = (preview.problem.is_empty(), &preview.picture) {
            let problem = self.picture_problem(&desk, address).await?;
            preview.problem = problem.map_or_else(String::new, |it| words::invalid(&it).message);
        }
        Ok(preview)
    }

    /// S-13: what is wrong with a picture. One that cannot be looked at now may be fine.
    async fn picture_problem(
        &self,
        desk: &Desk,
        address: &str,
    ) -> Result<Option<NotificationProblem>, ApiError> {
        let settings = read_virtual_agent(desk).await?.agent.chat;
        let size = self.inner.config.pictures.size(address, &settings).await;
        Ok(size.and_then(|(width, _)| check_picture_width(width).err()))
    }

    async fn notifications_view(&self, desk: &Desk) -> Result<NotificationsView, ApiError> {
        let providers = desk.link().phone_numbers();
        let providers = providers.iter().map(|number| number.as_str().to_owned());
        let providers = providers.collect();
        desk.store
            .read(move |conn| read_view(conn, providers))
            .await
            .map_err(|error| words::store(&error))
    }

    /// Runs one change of an administrator's in one transaction; the engine looks at once.
    pub(super) async fn change_notifications<T: Send + 'static>(
        &self,
        desk: &Desk,
        change: impl FnOnce(&mut WriteTx<'_>) -> Result<Outcome<T>, StoreError> + Send + 'static,
    ) -> Result<T, ApiError> {
        self.must_administer(desk).await?;
        let done = desk
            .store
            .write(change)
            .await
            .map_err(|error| words::store(&error))??;
        if let Some(engine) = desk.engine() {
            engine.effects_committed();
        }
        Ok(done)
    }
}

fn read_view(conn: &ReadConn<'_>, providers: Vec<String>) -> Result<NotificationsView, StoreError> {
    let tables = conn.list_record_tables()?;
    let mut notifications = Vec::new();
    for notification in conn.list_notifications()? {
        let newest = conn.list_notification_runs(notification.id, None, 1)?;
        let last_run = match newest.first() {
            None => None,
            Some(run) => Some(view::run(run, conn.count_run_recipients(run.id)?)),
        };
        notifications.push(NotificationRow {
            when: view::when(&notification, &tables),
            notification: view::draft(conn, &notification)?,
            last_run,
        });
    }
    let settings: NotificationSettings = conn
        .find_setting(NOTIFICATION_SETTINGS)?
        .unwrap_or_default();
    let column = |column: &tern_domain::topic::RecordColumn| NotifyingColumn {
        name: column.name.clone(),
        label: column.label.clone(),
        is_phone: column.kind == ColumnKind::Phone,
    };
    Ok(NotificationsView {
        notifications,
        tables: tables
            .into_iter()
            .map(|table| NotifyingTable {
                columns: table.columns.iter().map(column).collect(),
                name: table.name,
                display_name: table.display_name,
            })
            .collect(),
        topics: topics(conn)?
            .into_iter()
            .map(|(name, display_name)| NotificationTopic { name, display_name })
            .collect(),
        providers,
        settings: view::settings(&settings),
        default_heading: DEFAULT_HEADING.to_owned(),
    })
}

/// Published topics that an action can start.
fn topics(conn: &ReadConn<'_>) -> Result<Vec<(TopicName, String)>, StoreError> {
    let topics = read_topics(conn)?;
    let published = topics.shelf.published.values();
    let published = published.filter(|file| file.active && file.kind == TopicKind::Topic);
    Ok(published
        .map(|file| (file.name.clone(), file.display_name.clone()))
        .collect())
}

/// Whether a definition makes sense beside the team's tables and topics.
pub(crate) fn check(
    conn: &ReadConn<'_>,
    notification: &Notification,
) -> Result<Outcome<()>, StoreError> {
    let topics: BTreeSet<TopicName> = topics(conn)?.into_iter().map(|(name, _)| name).collect();
    let tables = conn.list_record_tables()?;
    let checked = check_notification(notification, &tables, &topics);
    Ok(checked.map_err(|problem| words::invalid(&problem)))
}

fn table_of(
    conn: &ReadConn<'_>,
    notification: &Notification,
) -> Result<Option<RecordTable>, StoreError> {
    match notification.table() {
        None => Ok(None),
        Some(name) => conn.find_record_table(name),
    }
}

/// A row to show the text with: the first of the table, or what its columns are called.
fn newest_row(conn: &ReadConn<'_>, table: &RecordTable) -> Result<Row, StoreError> {
    let page = conn.list_rows(&table.name, "", 0, 1)?;
    Ok(page.rows.into_iter().next().map_or_else(
        || {
            let columns = table.columns.iter();
            columns
                .map(|column| (column.name.clone(), column.label.as_str().into()))
                .collect()
        },
        |row| row.values,
    ))
}

fn show(
    preview: &mut NotificationPreview,
    (notification, rendered, cause): (&Notification, RenderedNotification, &RunCause),
    settings: &NotificationSettings,
) {
    if let (true, Some(why)) = (preview.problem.is_empty(), text_problem(&rendered)) {
        preview.problem = format!("{}.", why.words());
    }
    preview.picture = rendered
        .picture
        .as_ref()
        .map(|(address, _)| address.clone());
    preview.text = if notification.is_actionable() {
        let text = rendered.text.clone();
        let offer = NotificationOffer::new(notification, rendered, &cause.occasion());
        format!("{text}\n{}", offer.list())
    } else {
        rendered.text
    };
    let measured = measure(&preview.text);
    preview.segments = measured.segments;
    preview.encoding = encoding(measured.encoding);
    preview.all_segments = (measured.segments).saturating_mul(preview.sent + preview.waiting);
    let price = |segments| {
        let price = settings.price_of(segments, preview.picture.is_some())?;
        Some(price.to_string())
    };
    (preview.price, preview.all_prices) = (price(preview.segments), price(preview.all_segments));
}

fn sum(forecast: &[Forecast]) -> NotificationPreview {
    let count = |fits: fn(&Delivery) -> bool| {
        let found = forecast.iter().filter(|told| fits(&told.delivery)).count();
        u32::try_from(found).unwrap_or(u32::MAX)
    };
    NotificationPreview {
        problem: String::new(),
        text: String::new(),
        picture: None,
        encoding: encoding(measure("").encoding),
        segments: 0,
        recipients: Vec::new(),
        total: count(|_| true),
        sent: count(|it| matches!(it, Delivery::Send)),
        waiting: count(|it| matches!(it, Delivery::Wait { .. })),
        refused: count(|it| matches!(it, Delivery::Refuse(_))),
        all_segments: 0,
        price: None,
        all_prices: None,
    }
}

fn forecast_view(conn: &ReadConn<'_>, told: &Forecast) -> Result<ForecastView, StoreError> {
    let number = told
        .key
        .as_ref()
        .map(|key| key.requester.display_international());
    let number = number.unwrap_or_default();
    let name = match (told.recipient.person, &told.recipient.number) {
        (Some(person), _) => view::name_of(conn, person)?,
        (None, Some(number)) => number.display_international(),
        (None, None) => String::new(),
    };
    let (state, words) = view::delivery(told.delivery);
    Ok(ForecastView {
        name,
        number,
        state,
        words: words.to_owned(),
    })
}

/// What has to be refused before it is begun.
pub(super) fn not_active() -> ApiError {
    ApiError::new(
        ErrorCode::NotAllowed,
        "This notification is switched off.",
        "Switch it on first.",
    )
}
