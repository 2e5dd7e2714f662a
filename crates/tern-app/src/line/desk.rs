//! The desk: one open file, the link to its carrier, and what runs between them.
//!
//! The file is usable from the first moment; the link may be missing (no credentials, no network) without
//! anything that is read or written here depending on it.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use tern_domain::{AgentId, PhoneNumber, UtcMillis};
use tern_engine::{
    BotConfig, BotSecrets, Clock, EdgeIds, Engine, EngineConfig, Focus, MediaHost, Policy,
    SharedScreen, Supervisor, Tuning,
};
use tern_store::{PassphraseCost, Store};

use super::after_restore;
use super::alert_desk::ThisDesk;
use super::alerts::Teller;
use super::backups;
use super::bot_secrets::LineSecrets;
use super::credential::CarrierCredential;
use super::crew;
use super::follow::{self, Follower};
use super::looker;
use super::numbers::OwnNumber;
use super::pictures_host::PicturesHost;
use super::practice::{self, PracticeLine};
use super::retention_job::Followed;
use crate::app::App;
use crate::app_lock;
use crate::attention::Attention;
use crate::changes::Changes;
use crate::dto::{JobKind, Line, Settings};
use crate::enrolments::Enrolments;
use crate::error::ApiError;
use crate::events::Change;
use crate::export::remove_leftovers;
use crate::histories::{self, HistoryLooks};
use crate::jobs::Jobs;
use crate::looked::LookedAt;
use crate::practice::{Control, HandsetBook};
use crate::records::{self, Record};
use crate::searches::Searches;
use crate::undo::{DeletedTopics, UndoShelf};
use crate::usecases::{STATUS_PATH, load_screen, webhook_url};
use crate::words;

/// How long the task that passes events on may take to end.
const FOLLOWER_DEADLINE: Duration = Duration::from_secs(1);

/// How long a job may take from being stopped to having left nothing behind.
const JOBS_DEADLINE: Duration = Duration::from_secs(3);

/// What a desk needs from its app.
#[derive(Clone)]
pub(crate) struct Surroundings {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) changes: Arc<Changes>,
    pub(crate) attention: Arc<Attention>,
    pub(crate) bot_secrets: Arc<dyn BotSecrets>,
    pub(crate) passphrase_cost: PassphraseCost,
}

/// The link to the carrier, replaced as a whole.
#[derive(Clone, Default)]
pub(crate) struct Link {
    /// The running tasks; `None` while there is nothing to connect to.
    pub(crate) engine: Option<Arc<Engine>>,
    /// The team's numbers.
    pub(crate) numbers: Arc<[OwnNumber]>,
    /// What to log in with.
    pub(crate) credential: Option<CarrierCredential>,
    /// Why there is no engine.
    pub(crate) trouble: Option<ApiError>,
}

impl Link {
    /// The numbers alone, as the rules want them.
    pub(crate) fn phone_numbers(&self) -> Vec<PhoneNumber> {
        self.numbers.iter().map(|own| own.number.clone()).collect()
    }

    /// One of the team's numbers.
    pub(crate) fn own(&self, number: &PhoneNumber) -> Option<&OwnNumber> {
        self.numbers.iter().find(|own| own.number == *number)
    }
}

/// One open line.
pub(crate) struct Desk {
    line: Line,
    pub(crate) store: Store,
    /// Who is signed in at this desk.
    agent: Arc<RwLock<AgentId>>,
    /// What is masked when it comes in and stopped when it goes out.
    pub(crate) screen: SharedScreen,
    /// What can be taken back.
    pub(crate) undo: UndoShelf,
    /// Searches that somebody waits for.
    pub(crate) searches: Searches,
    pub(crate) enrolments: Enrolments,
    /// Rows of other systems that may be brought in.
    pub(crate) looked_at: LookedAt,
    /// A file of another system that was looked at and may be brought in.
    pub(crate) histories: HistoryLooks,
    /// Topics that were deleted and can be brought back.
    pub(crate) deleted_topics: DeletedTopics,
    /// What takes long.
    pub(crate) jobs: Arc<Jobs>,
    /// The run of retention that is among them.
    followed: Arc<Followed>,
    /// Where outgoing pictures are put.
    pub(crate) pictures: Arc<PicturesHost>,
    /// The practice line's phones; `None` on a real account.
    pub(crate) control: Option<Control>,
    surroundings: Surroundings,
    tuning: Tuning,
    link: RwLock<Link>,
    follower: tokio::sync::Mutex<Option<Supervisor>>,
    /// Looks the file over after a crash.
    looker: Supervisor,
    /// Locks the desk when it is time to.
    lock_watch: Supervisor,
    /// Makes backups when they are due.
    backup_watch: Supervisor,
    /// Has it look at once.
    backups_changed: tokio::sync::Notify,
}

impl Desk {
    /// Sets the desk up around an open file and starts its carrier, if it can be started.
    pub(crate) async fn open(app: &App, line: Line, store: Store) -> Result<Arc<Self>, ApiError> {
        let config = &app.inner.config;
        let changes = Arc::clone(&app.inner.changes);
        store.when_damaged(move || changes.emit(Change::Status));
        after_restore::settle(&store, &config.clock).await?;
        remove_leftovers(&store).await;
        let agent = find_or_make_agent(&store, &config.clock).await?;
        let settings = match records::find(&store, Record::Settings).await? {
            Some(settings) => settings,
            None => {
                let inherited = app.inherited_settings();
                records::put(&store, Record::Settings, inherited.clone()).await?;
                inherited
            }
        };
        app.remember_settings(&settings);
        crew::ensure(
            &store,
            Arc::clone(&config.clock),
            agent,
            &settings.agent_name,
        )
        .await?;
        let (practice, trouble) = match line {
            Line::Account => (None, None),
            Line::Practice => match start_practice(app, &store).await {
                Ok(practice) => (Some(practice), None),
                Err(error) => (None, Some(error)),
            },
        };
        let screen = SharedScreen::default();
        screen.replace(load_screen(&store).await?);
        let pictures =
            PicturesHost::new(practice.as_ref().and_then(|line| line.media_host.clone()));
        if line == Line::Account {
            pictures.change(settings.media_base_url.as_deref());
        }
        let desk = Arc::new(Self {
            line,
            agent: Arc::new(RwLock::new(agent)),
            screen,
            undo: UndoShelf::default(),
            searches: Searches::default(),
            enrolments: Enrolments::default(),
            looked_at: LookedAt::default(),
            histories: HistoryLooks::default(),
            deleted_topics: DeletedTopics::default(),
            jobs: Arc::new(Jobs::new(
                Arc::clone(&config.clock),
                Arc::clone(&app.inner.changes),
            )),
            followed: Arc::default(),
            pictures: Arc::new(pictures),
            control: practice.as_ref().map(|line| line.control.clone()),
            surroundings: Surroundings {
                clock: Arc::clone(&config.clock),
                changes: Arc::clone(&app.inner.changes),
                attention: Arc::clone(&app.inner.attention),
                bot_secrets: Arc::new(LineSecrets::of(app, line)),
                passphrase_cost: config.passphrase_cost,
            },
            tuning: match line {
                Line::Practice => practice::tuning(),
                Line::Account => config.tuning.clone(),
            },
            link: RwLock::new(Link {
                trouble,
                ..Link::default()
            }),
            follower: tokio::sync::Mutex::new(None),
            looker: looker::start(&store),
            lock_watch: app_lock::watch(
                Arc::clone(&app.inner.lock),
                Arc::clone(&app.inner.changes),
                Arc::clone(&config.clock),
            ),
            backup_watch: backups::watcher(),
            backups_changed: tokio::sync::Notify::new(),
            store,
        });
        backups::watch(&desk.backup_watch, &desk);
        desk.resume_histories().await;
        match (line, practice) {
            (Line::Practice, Some(practice)) => {
                desk.go_live(&practice.credential).await?;
                desk.link_to(practice.credential, &settings).await;
            }
            (Line::Practice, None) => {}
            (Line::Account, _) => match app.find_credential(&desk.store).await {
                Ok(Some(credential)) => {
                    desk.go_live(&credential).await?;
                    desk.link_to(credential, &settings).await;
                }
                Ok(None) => desk.unlinked(words::credentials_missing()),
                Err(error) => desk.unlinked(error),
            },
        }
        Ok(desk)
    }

    /// Takes out what an import brought before it was cut off.
    async fn resume_histories(&self) {
        let found = self
            .store
            .read(|conn| conn.list_unfinished_history_imports())
            .await;
        if !found.is_ok_and(|found| !found.is_empty()) {
            return;
        }
        let (store, clock) = (self.store.clone(), self.clock());
        let changes = Arc::clone(&self.surroundings.changes);
        let about = "an import that was cut off".to_owned();
        let started = self.jobs.start(JobKind::Import, about, move |job| {
            histories::resume(&store, &clock, &changes, job)
        });
        if started.is_err() {
            tracing::warn!("an import that was cut off could not be taken out yet");
        }
    }

    pub(crate) fn line(&self) -> Line {
        self.line
    }

    /// Who is signed in at this desk.
    pub(crate) fn agent(&self) -> AgentId {
        *self.agent.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody else sits down.
    pub(crate) fn sign_in(&self, agent: AgentId) {
        *self.agent.write().unwrap_or_else(PoisonError::into_inner) = agent;
    }

    pub(crate) fn now(&self) -> UtcMillis {
        self.surroundings.clock.now()
    }

    /// Where the secrets of requests are.
    pub(crate) fn bot_secrets(&self) -> Arc<dyn BotSecrets> {
        Arc::clone(&self.surroundings.bot_secrets)
    }

    /// Has it looked at once whether a backup is due.
    pub(crate) fn backups_changed(&self) {
        self.backups_changed.notify_one();
    }

    /// Waits until it is to be looked again whether a backup is due.
    pub(super) async fn until_backups_are_due(&self) {
        tokio::select! {
            () = tokio::time::sleep(self.tuning.timer_look_every) => {}
            () = self.backups_changed.notified() => {}
        }
    }

    pub(crate) fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.surroundings.clock)
    }

    /// The link as it is now.
    pub(crate) fn link(&self) -> Link {
        self.link
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn engine(&self) -> Option<Arc<Engine>> {
        self.link().engine
    }

    pub(crate) fn set_focus(&self, focused: bool) {
        if let Some(engine) = self.engine() {
            engine.set_focus(if focused {
                Focus::Focused
            } else {
                Focus::Background
            });
        }
    }

    /// Starts the tasks with this credential, ending those that ran with another one.
    pub(crate) async fn link_to(&self, credential: CarrierCredential, settings: &Settings) {
        self.unlink().await;
        let numbers: Arc<[OwnNumber]> = credential.numbers.clone().into();
        let client = match credential.client() {
            Ok(client) => client,
            Err(_) => {
                self.unlinked(ApiError::internal());
                return;
            }
        };
        let engine = Arc::new(Engine::start(EngineConfig {
            store: self.store.clone(),
            client,
            media_host: Arc::clone(&self.pictures) as Arc<dyn MediaHost>,
            status_callback: webhook_url(settings, &credential, STATUS_PATH),
            clock: self.clock(),
            numbers: numbers.iter().map(|own| own.number.clone()).collect(),
            tuning: self.tuning.clone(),
            screen: self.screen.clone(),
            bot: BotConfig {
                number_names: numbers
                    .iter()
                    .map(|own| (own.number.clone(), own.name.clone()))
                    .collect(),
                pin_cost: self.surroundings.passphrase_cost,
                secrets: Arc::clone(&self.surroundings.bot_secrets),
            },
            alert_desk: Arc::new(ThisDesk {
                agent: Arc::clone(&self.agent),
                attention: Arc::clone(&self.surroundings.attention),
            }),
            policy: Policy {
                late_after: tern_domain::Millis::minutes(settings.late_after_minutes.into()),
            },
        }));
        let follower = follow::start(Follower {
            engine: Arc::clone(&engine),
            store: self.store.clone(),
            line: self.line,
            changes: Arc::clone(&self.surroundings.changes),
            attention: Arc::clone(&self.surroundings.attention),
            agent: Arc::clone(&self.agent),
            teller: Teller {
                engine: Arc::clone(&engine),
                store: self.store.clone(),
                changes: Arc::clone(&self.surroundings.changes),
                attention: Arc::clone(&self.surroundings.attention),
                agent: Arc::clone(&self.agent),
                offers: Default::default(),
            },
            jobs: Arc::clone(&self.jobs),
            followed: Arc::clone(&self.followed),
        });
        *self.follower.lock().await = Some(follower);
        *self.link.write().unwrap_or_else(PoisonError::into_inner) = Link {
            engine: Some(engine),
            numbers,
            credential: Some(credential),
            trouble: None,
        };
        self.set_focus(self.surroundings.attention.is_focused());
    }

    /// Starts the tasks anew with the same credential, for settings that they are built from.
    pub(crate) async fn relink(&self, settings: &Settings) {
        if let Some(credential) = self.link().credential {
            self.link_to(credential, settings).await;
        }
    }

    /// Ends the tasks and closes the file.
    pub(crate) async fn close(&self) {
        // First, while the file can still be read: a job that is stopped cleans up behind itself.
        self.jobs.stop(JOBS_DEADLINE).await;
        self.unlink().await;
        self.looker.stop(FOLLOWER_DEADLINE).await;
        self.lock_watch.stop(FOLLOWER_DEADLINE).await;
        self.backup_watch.stop(FOLLOWER_DEADLINE).await;
        let store = self.store.clone();
        // Closing waits for the writer, so it must not hold up an asynchronous thread.
        let _joined = tokio::task::spawn_blocking(move || store.close()).await;
    }

    async fn unlink(&self) {
        let follower = self.follower.lock().await.take();
        let engine = {
            let mut link = self.link.write().unwrap_or_else(PoisonError::into_inner);
            link.engine.take()
        };
        if let Some(engine) = engine {
            engine.stop().await;
        }
        if let Some(follower) = follower {
            follower.stop(FOLLOWER_DEADLINE).await;
        }
    }

    fn unlinked(&self, trouble: ApiError) {
        self.link
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .trouble = Some(trouble);
    }
}

/// The agent of this laptop: made once per file.
async fn find_or_make_agent(store: &Store, clock: &Arc<dyn Clock>) -> Result<AgentId, ApiError> {
    if let Some(agent) = records::find(store, Record::Agent).await? {
        return Ok(agent);
    }
    let agent = AgentId::next(&mut EdgeIds::new(&**clock));
    records::put(store, Record::Agent, agent).await?;
    Ok(agent)
}

async fn start_practice(app: &App, store: &Store) -> Result<PracticeLine, ApiError> {
    let account = app
        .inner
        .config
        .practice
        .start()
        .await
        .map_err(|error| words::practice_host(&error))?;
    let mut line = PracticeLine::connect(&account)?;
    let book: HandsetBook = records::find(store, Record::Handsets)
        .await?
        .unwrap_or_default();
    book.restore(&line.control)
        .await
        .map_err(|error| words::control(&error))?;
    // What each number can do is only known to the line; without an answer both abilities are assumed.
    if let Ok(client) = line.credential.client()
        && let Ok(listed) = client.list_numbers().await
    {
        line.credential.numbers = listed.iter().filter_map(OwnNumber::listed).collect();
    }
    Ok(line)
}
