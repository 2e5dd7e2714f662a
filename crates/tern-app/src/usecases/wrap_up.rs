//! Wrap-up: what the panel does, and what is configured (W-1 … W-9).

use tern_domain::wrap_up::{
    LONGEST_WRAP_UP_NOTES, WrapUpAct, WrapUpRefusal, plan_wrap_up, plan_wrap_up_rules,
};
use tern_domain::{Actor, InteractionId, WrapUpCodeId};
use tern_engine::EdgeIds;

use super::inbox::load_view;
use super::offers::act_context;
use crate::app::App;
use crate::dto::{ConversationView, EndWrapUp, SaveWrapUp, WrapUpProblemView, WrapUpSettings};
use crate::error::{ApiError, ErrorCode};
use crate::events::Change;
use crate::line::Desk;
use crate::view::wrap_up;
use crate::words;

impl App {
    /// Keeps what is chosen and typed in a wrap-up.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for a wrap-up that is over, or of which the agent has no part.
    pub async fn save_wrap_up(&self, request: SaveWrapUp) -> Result<(), ApiError> {
        let desk = self.desk()?;
        let id: InteractionId = words::id(&request.interaction_id)?;
        let code: Option<WrapUpCodeId> = request.code_id.as_deref().map(words::id).transpose()?;
        let over_by = request
            .notes
            .chars()
            .count()
            .saturating_sub(LONGEST_WRAP_UP_NOTES);
        if over_by > 0 {
            return Err(ApiError::new(
                ErrorCode::InvalidInput,
                format!("The notes are too long by {over_by} characters."),
                "Shorten them.",
            ));
        }
        self.do_with_wrap_up(&desk, id, WrapUpAct::Choose(code), Some(request.notes))
            .await
    }

    /// Ends a wrap-up.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for one that is over, or somebody else's.
    pub async fn end_wrap_up(&self, request: EndWrapUp) -> Result<ConversationView, ApiError> {
        let desk = self.desk()?;
        let id: InteractionId = words::id(&request.interaction_id)?;
        let act = if request.left {
            WrapUpAct::Leave
        } else {
            WrapUpAct::End
        };
        self.do_with_wrap_up(&desk, id, act, None).await?;
        let conversation = desk
            .store
            .read(move |conn| conn.find_interaction(id))
            .await
            .map_err(|error| words::store(&error))?
            .ok_or_else(|| words::gone("conversation"))?
            .conversation_id;
        let beholder = self.beholder(&desk).await?;
        load_view(&desk, &beholder, conversation).await
    }

    async fn do_with_wrap_up(
        &self,
        desk: &Desk,
        id: InteractionId,
        act: WrapUpAct,
        notes: Option<String>,
    ) -> Result<(), ApiError> {
        let (agent, clock) = (desk.agent(), desk.clock());
        let applied = desk
            .store
            .write(move |tx| {
                let Some(work) = tx.find_wrap_up_work(id)? else {
                    return Ok(Err(WrapUpRefusal::Over));
                };
                let ctx = act_context(&tx.load_routing_config()?, agent, &*clock);
                let plan = match plan_wrap_up(&work, act, &ctx, &mut EdgeIds::new(&*clock)) {
                    Ok(plan) => plan,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let segment = work.interaction.wrap_up.as_deref();
                let segment = segment.and_then(|wrap_up| wrap_up.segment_of(agent));
                if let (Some(segment), Some(notes)) = (segment, notes) {
                    tx.put_wrap_up_notes(segment.id, &notes)?;
                }
                tx.apply(&plan).map(Ok)
            })
            .await
            .map_err(|error| words::store(&error))?
            .map_err(|refusal| words::not_allowed(&refusal))?;
        self.announce(desk, applied);
        Ok(())
    }

    /// What is configured about wrap-up.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] when the file cannot be read.
    pub async fn wrap_up_settings(&self) -> Result<WrapUpSettings, ApiError> {
        let desk = self.desk()?;
        let rules = desk
            .store
            .read(|conn| conn.load_wrap_up_rules())
            .await
            .map_err(|error| words::store(&error))?;
        Ok(wrap_up::settings(&rules))
    }

    /// Says what is wrong with wrap-up settings, by field.
    ///
    /// # Errors
    /// [`ErrorCode::BadRequest`] for a malformed id.
    #[expect(clippy::unused_async, reason = "every command is called alike")]
    pub async fn check_wrap_up_settings(
        &self,
        request: WrapUpSettings,
    ) -> Result<Vec<WrapUpProblemView>, ApiError> {
        let rules = wrap_up::read(request)?;
        Ok(rules.problems().iter().map(wrap_up::problem).collect())
    }

    /// Replaces what is configured: adding, changing and deleting, and undoing that. Wrap-ups that run keep the
    /// terms they began with.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] naming what has to change; [`ErrorCode::NotAllowed`] for who may not.
    pub async fn save_wrap_up_settings(
        &self,
        request: WrapUpSettings,
    ) -> Result<WrapUpSettings, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let rules = wrap_up::read(request)?;
        let (agent, clock) = (desk.agent(), desk.clock());
        let applied = desk
            .store
            .write(move |tx| {
                let before = tx.load_wrap_up_rules()?;
                let (actor, ids) = (Actor::Agent(agent), &mut EdgeIds::new(&*clock));
                match plan_wrap_up_rules(&before, rules, actor, clock.now(), ids) {
                    Ok(plan) => tx.apply(&plan).map(Ok),
                    Err(problems) => Ok(Err(problems)),
                }
            })
            .await
            .map_err(|error| words::store(&error))?
            .map_err(|problems| {
                let first = problems.first().map(wrap_up::problem);
                let remedy = first.map_or_else(String::new, |problem| problem.words);
                ApiError::new(
                    ErrorCode::InvalidInput,
                    "This cannot be saved as it is.",
                    remedy,
                )
            })?;
        self.announce(&desk, applied);
        self.emit(Change::Settings);
        self.wrap_up_settings().await
    }
}
