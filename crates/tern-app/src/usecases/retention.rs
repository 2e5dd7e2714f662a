//! How long things are kept: the policies, the look before, the agreement, and stopping a run.
//!
//! There is no way back, so that it takes an administrator, a look at exactly this policy, and a number typed by
//! hand. The engine does the deleting.

use tern_domain::retention::{
    KeepDays, RetentionKind, RetentionPolicy, RetentionRun, RunCounts, RunEnd, Spared, cut_offs,
    plan_agreed, plan_changed,
};
use tern_domain::{AggregateRef, Millis, UtcMillis};
use tern_engine::{EdgeIds, end_retention_run};
use tern_store::RetentionLook;

use crate::app::App;
use crate::dto::{
    AgreeToRetention, HeldBack, RetentionAges, RetentionPreview, RetentionRunView, RetentionView,
};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::line::Desk;
use crate::view::message::Beholder;
use crate::words;

/// Rows of one look, so that no reader is busy for long.
const LOOK: u32 = 20_000;
/// What is typed where no text would go.
const CONFIRMATION: &str = "delete";

impl App {
    /// The policies, the runs and the holds.
    ///
    /// # Errors
    /// What the file answers.
    pub async fn retention(&self) -> Result<RetentionView, ApiError> {
        let desk = self.desk()?;
        let beholder = self.beholder(&desk).await?;
        let may_change = self.must_administer(&desk).await.is_ok();
        let (settings, runs) = desk
            .store
            .read(|conn| Ok((conn.load_retention()?, conn.load_retention_runs()?)))
            .await
            .map_err(|error| words::store(&error))?;
        let holds = self.hold_views(&desk, &beholder).await?;
        let next_at = (runs.current.is_none() && !settings.in_force().keeps_all()).then(|| {
            let ended = runs.past.first().and_then(|run| run.ended);
            ended.map_or(desk.now(), |(at, _)| at + Millis::hours(24)).0
        });
        Ok(RetentionView {
            wanted: ages(&settings.policy),
            in_force: ages(&settings.in_force()),
            awaits_agreement: settings.awaits_agreement(),
            agreed_by: settings.agreement.map(|it| beholder.name_of(it.by)),
            agreed_at: settings.agreement.map(|it| it.at.0),
            running: runs.current.map(|run| run_view(&run, &beholder)),
            past: runs
                .past
                .iter()
                .map(|run| run_view(run, &beholder))
                .collect(),
            next_at,
            holds,
            may_change,
        })
    }

    /// Wants another policy. What deletes more than was agreed to waits for another agreement.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] but for administrators, [`ErrorCode::InvalidInput`] for an age that is too short.
    pub async fn update_retention(
        &self,
        request: RetentionAges,
    ) -> Result<RetentionView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let policy = policy(&request)?;
        let (clock, me) = (desk.clock(), desk.agent());
        desk.store
            .write(move |tx| {
                let before = tx.load_retention()?;
                if before.policy == policy {
                    return Ok(());
                }
                tx.put_retention(&before.changed(policy))?;
                let version = tx.aggregate_version(&AggregateRef::Retention)?;
                let ids = &mut EdgeIds::new(&*clock);
                // No conversation shows it.
                let _applied = tx.apply(&plan_changed(policy, version, me, clock.now(), ids))?;
                Ok(())
            })
            .await
            .map_err(|error| words::store(&error))?;
        self.retention_changed(&desk);
        self.retention().await
    }

    /// What the wanted policy would delete now, and what would stay.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] but for administrators: nobody else can agree to it.
    pub async fn preview_retention(&self) -> Result<RetentionPreview, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        self.look_at_retention(&desk).await.map(|(_, view)| view)
    }

    /// Agrees to what a look showed: the engine begins at once.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] but for administrators, [`ErrorCode::InvalidInput`] if another policy is wanted
    /// meanwhile, or what was typed is not what would go now.
    pub async fn agree_to_retention(
        &self,
        request: AgreeToRetention,
    ) -> Result<RetentionView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let (policy, preview) = self.look_at_retention(&desk).await?;
        let typed: String = request
            .typed
            .chars()
            .filter(|it| it.is_alphanumeric())
            .collect();
        if request.ages != preview.ages || !typed.eq_ignore_ascii_case(&preview.confirmation) {
            return Err(ApiError::new(
                ErrorCode::InvalidInput,
                "Nothing was agreed to: what would be deleted has changed, or something else was typed.",
                "Look again at what would be deleted, and type what it says.",
            ));
        }
        let seen = RunCounts {
            texts: preview.texts,
            pictures: preview.pictures,
            picture_bytes: preview.picture_bytes,
            notes: preview.notes,
        };
        let (clock, me) = (desk.clock(), desk.agent());
        desk.store
            .write(move |tx| {
                let before = tx.load_retention()?;
                if before.policy != policy {
                    return Ok(());
                }
                let now = clock.now();
                tx.put_retention(&before.agreed(me, now))?;
                let version = tx.aggregate_version(&AggregateRef::Retention)?;
                let ids = &mut EdgeIds::new(&*clock);
                // No conversation shows it.
                let _applied = tx.apply(&plan_agreed(policy, seen, version, me, now, ids))?;
                Ok(())
            })
            .await
            .map_err(|error| words::store(&error))?;
        self.retention_changed(&desk);
        self.retention().await
    }

    /// Stops the run under way; what it has deleted by then is gone. The next one begins a day later.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] but for administrators.
    pub async fn cancel_retention(&self) -> Result<RetentionView, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let clock = desk.clock();
        desk.store
            .write(move |tx| {
                let runs = tx.load_retention_runs()?;
                end_retention_run(tx, runs, RunEnd::Cancelled, &*clock)
            })
            .await
            .map_err(|error| words::store(&error))?;
        desk.store.empty_log();
        self.retention_changed(&desk);
        self.retention().await
    }

    pub(super) fn retention_changed(&self, desk: &Desk) {
        if let Some(engine) = desk.engine() {
            engine.retention_changed();
        }
        self.emit(Change::Settings);
    }

    async fn look_at_retention(
        &self,
        desk: &Desk,
    ) -> Result<(RetentionPolicy, RetentionPreview), ApiError> {
        let store = &desk.store;
        let now = desk.now();
        let failed = |error| words::store(&error);
        let (policy, newest) = store
            .read(|conn| Ok((conn.load_retention()?.policy, conn.newest_known()?)))
            .await
            .map_err(failed)?;
        let cut = cut_offs(&policy, now, newest);
        let mut look = RetentionLook::default();
        let texts_before = cut.texts.unwrap_or(UtcMillis(i64::MIN));
        for (before, alone) in [(cut.texts, None), (cut.pictures, Some(texts_before))] {
            let Some(before) = before else { continue };
            let span = store
                .read(move |conn| conn.find_old_span(before))
                .await
                .map_err(failed)?;
            let mut after = None;
            while let Some(span) = span {
                let so_far = std::mem::take(&mut look);
                let next;
                (look, next) = store
                    .read(move |conn| {
                        let mut look = so_far;
                        let next = conn.look_at_old_texts(&mut look, &span, alone, after, LOOK)?;
                        Ok((look, next))
                    })
                    .await
                    .map_err(failed)?;
                if next.is_none() {
                    break;
                }
                after = next;
            }
        }
        if let Some(before) = cut.notes {
            let (going, stay, touched) = store
                .read(move |conn| conn.list_old_notes(before, u32::MAX))
                .await
                .map_err(failed)?;
            look.counts.notes = u64::try_from(going.len()).unwrap_or(u64::MAX);
            look.notes_held_back = stay;
            look.conversations.extend(touched);
        }
        Ok((policy, preview_view(&policy, &look)))
    }
}

fn ages(policy: &RetentionPolicy) -> RetentionAges {
    let of = |kind| policy.age(kind).map(KeepDays::get);
    RetentionAges {
        texts: of(RetentionKind::Texts),
        pictures: of(RetentionKind::Pictures),
        notes: of(RetentionKind::Notes),
    }
}

fn policy(ages: &RetentionAges) -> Result<RetentionPolicy, ApiError> {
    let age = |days: Option<u32>| {
        days.map(KeepDays::new).transpose().map_err(|problem| {
            ApiError::new(
                ErrorCode::InvalidInput,
                format!("An age is {problem}."),
                "Put in a whole number of days.",
            )
        })
    };
    Ok(RetentionPolicy {
        texts: age(ages.texts)?,
        pictures: age(ages.pictures)?,
        notes: age(ages.notes)?,
    })
}

fn run_view(run: &RetentionRun, beholder: &Beholder) -> RetentionRunView {
    let words = match run.ended {
        None => "Running",
        Some((_, RunEnd::Finished)) => "Finished",
        Some((_, RunEnd::Cancelled)) => "Stopped by hand",
        Some((_, RunEnd::Superseded)) => "Ended: the policy was changed",
    };
    RetentionRunView {
        started_at: run.started_at.0,
        ended_at: run.ended.map(|(at, _)| at.0),
        words: words.to_owned(),
        texts: run.counts.texts,
        pictures: run.counts.pictures,
        picture_bytes: run.counts.picture_bytes,
        notes: run.counts.notes,
        agreed_by: beholder.name_of(run.agreed_by),
    }
}

fn preview_view(policy: &RetentionPolicy, look: &RetentionLook) -> RetentionPreview {
    let counts = look.counts;
    let texts = Spared::ALL.into_iter().filter_map(|why| {
        let count = *look.held_back.get(&why)?;
        Some(HeldBack {
            why: spared_words(why).to_owned(),
            count,
        })
    });
    let notes = (look.notes_held_back > 0).then(|| HeldBack {
        why: "Notes in conversations that are held, open or snoozed".to_owned(),
        count: look.notes_held_back,
    });
    RetentionPreview {
        ages: ages(policy),
        texts: counts.texts,
        pictures: counts.pictures,
        picture_bytes: counts.picture_bytes,
        notes: counts.notes,
        conversations: u64::try_from(look.conversations.len()).unwrap_or(u64::MAX),
        oldest: look.oldest.map(|at| at.0),
        newest: look.newest.map(|at| at.0),
        held_back: texts.chain(notes).collect(),
        confirmation: if counts.texts > 0 {
            counts.texts.to_string()
        } else {
            CONFIRMATION.to_owned()
        },
    }
}

const fn spared_words(why: Spared) -> &'static str {
    match why {
        Spared::OnHold => "Texts under a legal hold",
        Spared::Open => "Texts in conversations that are still open",
        Spared::Snoozed => "Texts in snoozed conversations",
        Spared::OnTheWay => "Texts that are still on their way",
        Spared::WipePending => "Texts that Twilio still has to forget",
        Spared::DateInDoubt => "Texts whose date cannot be right",
    }
}
