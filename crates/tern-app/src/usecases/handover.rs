//! The virtual agent beside an agent: what it handed over, topics that agents run (H-9), giving back.

use std::sync::Arc;

use tern_domain::bot::Handover;
use tern_domain::mood::{Mood, mood_of};
use tern_domain::topic::{BotInput, HandoverReason, TopicKind, TopicSet};
use tern_domain::{
    ActContext, Authority, AutopilotTopic, BotRefusal, ConversationId, ConversationState,
    Direction, Handler, Interaction, InteractionState, Millis, PhoneNumber, Plan, cannot_send,
    plan_autopilot, plan_autopilot_stop, plan_hand_back,
};
use tern_engine::{EdgeIds, TopicDesk};
use tern_store::{ReadConn, StoreError, ThreadAnchor};

use super::inbox::{known_numbers, load_view};
use super::offers::act_context;
use crate::app::App;
use crate::dto::{
    AutopilotTopicView, AutopilotView, ConversationRef, ConversationView, HandoverRecord,
    HandoverView, MoodView, NamedValue, StartAutopilot, VirtualAgentHere,
};
use crate::error::{ApiError, ErrorCode};
use crate::line::Desk;
use crate::words;

/// The newest texts of the requester tell how they feel now; older ones how they felt.
const TEXTS_OF_A_MOOD: usize = 8;
/// Texts that are looked through for them.
const NEWEST_TEXTS: u32 = 50;
/// How much older than its interaction an opening text may be.
const OPENED_AFTER_TEXT: Millis = Millis::minutes(1);

/// What an agent asks of the virtual agent: the plan of the interaction's own change.
type Asked = Box<
    dyn FnOnce(
            &ConversationState,
            &[PhoneNumber],
            &ActContext,
            &mut EdgeIds<'_>,
        ) -> Result<Plan, BotRefusal>
        + Send,
>;

impl App {
    /// Gives the conversation back to the virtual agent.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] when it is switched off, or the conversation is not the agent's.
    pub async fn hand_to_bot(
        &self,
        request: ConversationRef,
    ) -> Result<ConversationView, ApiError> {
        let id = ConversationId(request.conversation_id);
        let desk = self.desk()?;
        let key = desk
            .store
            .read(move |conn| Ok(conn.load_conversation(id)?.key))
            .await
            .map_err(|error| words::store(&error))?;
        if !Served::of(&desk).answers(&key.provider) {
            return Err(ApiError::new(
                ErrorCode::NotAllowed,
                "The virtual agent is switched off for this number.",
                "An admin switches it on in the settings.",
            ));
        }
        self.with_bot(
            id,
            BotInput::HandedBack,
            Box::new(|state, numbers, ctx, ids| plan_hand_back(state, numbers, ctx, ids)),
        )
        .await
    }

    /// Has the virtual agent run a topic in the agent's conversation (H-9).
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] when the conversation is not the agent's, or the topic is none for agents.
    pub async fn start_autopilot(
        &self,
        request: StartAutopilot,
    ) -> Result<ConversationView, ApiError> {
        let known = self.list_autopilot_topics().await?;
        let Some(topic) = known.into_iter().find(|it| it.name == request.topic) else {
            return Err(ApiError::new(
                ErrorCode::NotAllowed,
                "Agents cannot run this topic any more.",
                "Choose another one.",
            ));
        };
        let topic = AutopilotTopic {
            name: topic.name,
            title: topic.display_name,
        };
        let input = BotInput::AutopilotBegin {
            topic: topic.name.clone(),
        };
        self.with_bot(
            ConversationId(request.conversation_id),
            input,
            Box::new(move |state, numbers, ctx, ids| {
                plan_autopilot(state, &topic, numbers, ctx, ids)
            }),
        )
        .await
    }

    /// The agent takes over again before the topic is complete.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] when no topic runs.
    pub async fn stop_autopilot(
        &self,
        request: ConversationRef,
    ) -> Result<ConversationView, ApiError> {
        self.with_bot(
            ConversationId(request.conversation_id),
            BotInput::AutopilotStop,
            Box::new(|state, _, ctx, ids| plan_autopilot_stop(state, ctx, ids)),
        )
        .await
    }

    /// The topics that agents may run, by what they are called.
    ///
    /// # Errors
    /// [`ErrorCode::NotReady`] while no file is open.
    #[expect(clippy::unused_async, reason = "every command is called the same way")]
    pub async fn list_autopilot_topics(&self) -> Result<Vec<AutopilotTopicView>, ApiError> {
        let desk = self.desk()?;
        Ok(for_agents(&Served::of(&desk).topics))
    }

    async fn with_bot(
        &self,
        id: ConversationId,
        input: BotInput,
        asked: Asked,
    ) -> Result<ConversationView, ApiError> {
        let desk = self.desk()?;
        let Some(engine) = desk.engine() else {
            return Err(ApiError::new(
                ErrorCode::NotAllowed,
                "The virtual agent is not running.",
                "Try again in a moment.",
            ));
        };
        let bot = engine.bot().clone();
        let (agent, clock, link) = (desk.agent(), desk.clock(), desk.link());
        let applied = desk
            .store
            .write(move |tx| {
                let key = tx.load_conversation(id)?.key;
                let state = tx.load_conversation_state_to_end(&key, clock.now())?;
                let config = tx.load_routing_config()?;
                let ctx = act_context(&config, agent, &*clock);
                let numbers = known_numbers(&link, &key.provider);
                let plan = match asked(&state, &numbers, &ctx, &mut EdgeIds::new(&*clock)) {
                    Ok(plan) => plan,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let mut applied = tx.apply(&plan)?;
                applied.merge(bot.drive(tx, &key, input)?);
                Ok(Ok(applied))
            })
            .await
            .map_err(|error| words::store(&error))?
            .map_err(|refusal| words::bot_refusal(&refusal))?;
        self.announce(&desk, applied);
        let beholder = self.beholder(&desk).await?;
        load_view(&desk, &beholder, id).await
    }
}

/// H-9: published, switched on, meant for agents, and valid for the channel.
fn for_agents(topics: &TopicSet) -> Vec<AutopilotTopicView> {
    let mut found: Vec<_> = topics
        .all_published()
        .map(tern_domain::topic::CompiledTopic::file)
        .filter(|file| file.kind == TopicKind::Topic && file.active && file.autopilot)
        .filter(|file| file.is_on_channel())
        .map(|file| AutopilotTopicView {
            name: file.name.clone(),
            display_name: file.display_name.clone(),
            description: file.description.clone(),
        })
        .collect();
    found.sort_by(|a, b| a.display_name.cmp(&b.display_name));
    found
}

/// What the virtual agent runs with at present; nothing while it does not run.
pub(super) struct Served {
    desk: Option<TopicDesk>,
    pub(super) topics: Arc<TopicSet>,
}

impl Served {
    pub(super) fn of(desk: &Desk) -> Self {
        let desk = desk.engine().map(|engine| engine.bot().topics().clone());
        Self {
            topics: desk.as_ref().map(TopicDesk::current).unwrap_or_default(),
            desk,
        }
    }

    fn answers(&self, number: &PhoneNumber) -> bool {
        self.desk.as_ref().is_some_and(|desk| desk.answers(number))
    }
}

/// What the virtual agent does here, and what this agent may have it do.
pub(super) fn here(
    state: &ConversationState,
    served: &Served,
    numbers: &[PhoneNumber],
    ctx: &ActContext,
) -> VirtualAgentHere {
    let active = state.active();
    let owns = active.is_some_and(|it| {
        it.assigned_to
            .is_some_and(|owner| owner == ctx.agent || ctx.authority == Authority::Supervisor)
    });
    let autopilot = active.and_then(|it| it.autopilot.as_deref());
    let can_text = cannot_send(state, numbers).is_none();
    let is_idle = owns && autopilot.is_none() && can_text;
    VirtualAgentHere {
        has_it: active.is_some_and(|it| it.handler == Handler::VirtualAgent),
        autopilot: autopilot.map(|topic| AutopilotView {
            topic: topic.to_owned(),
            title: title(&served.topics, topic),
        }),
        may_hand_back: is_idle && served.answers(&state.key.provider),
        may_run_topic: is_idle
            && active.is_some_and(|it| it.state == InteractionState::WorkInProgress)
            && !for_agents(&served.topics).is_empty(),
        may_stop_topic: owns && autopilot.is_some(),
    }
}

fn title(topics: &TopicSet, topic: &str) -> String {
    topics
        .published(topic)
        .map_or(topic, |it| it.file().display_name.as_str())
        .to_owned()
}

/// What the agent is told of an interaction that the virtual agent had; `None` where it had none, or has not
/// given it away.
pub(super) fn handover(
    conn: &ReadConn<'_>,
    conversation: ConversationId,
    interaction: Option<&Interaction>,
    topics: &TopicSet,
) -> Result<Option<HandoverView>, StoreError> {
    let Some(interaction) = interaction.filter(|it| it.handler != Handler::VirtualAgent) else {
        return Ok(None);
    };
    let Some(handover) = conn.find_handover(interaction.id)? else {
        return Ok(None);
    };
    let mood = mood(conn, conversation, interaction)?;
    let record = record(conn, &handover)?;
    let context = handover.context;
    let text = |text: Option<tern_domain::MessageText>| {
        text.map(tern_domain::MessageText::into_string)
            .filter(|text| !text.trim().is_empty())
    };
    let place = context.place.as_ref();
    let node = place.and_then(|at| {
        let topic = topics.version(&at.topic, at.version)?;
        Some(topic.file().node(&at.node)?.name.clone())
    });
    Ok(Some(HandoverView {
        reason: reason(context.reason).to_owned(),
        at: handover.at.0,
        topic: place.map(|at| {
            topics
                .version(&at.topic, at.version)
                .map_or(at.topic.as_str(), |it| it.file().display_name.as_str())
                .to_owned()
        }),
        place: node,
        short_description: text(context.short_description),
        search_text: text(context.search_text),
        language: context.language.map(|it| it.name().to_owned()),
        variables: context
            .variables
            .into_iter()
            .map(|(name, value)| NamedValue {
                name: readable(&name),
                value: value.into_string(),
            })
            .filter(|it| !it.value.trim().is_empty())
            .collect(),
        record,
        mood,
    }))
}

const fn reason(reason: HandoverReason) -> &'static str {
    match reason {
        HandoverReason::Asked => "The customer asked for a person.",
        HandoverReason::Topic => "The topic hands over at this point.",
        HandoverReason::Error => "The topic could not go on. The customer does not know why.",
        HandoverReason::LateText => "A text came too late for an automatic answer.",
        HandoverReason::Restored => {
            "A backup was restored while the virtual agent owed an answer. The customer does not know."
        }
    }
}

/// The name of a variable as people write: `order_number` is "Order number".
fn readable(name: &str) -> String {
    let spaced = name.replace('_', " ");
    let mut letters = spaced.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// The row that was looked up, as it is now.
fn record(conn: &ReadConn<'_>, handover: &Handover) -> Result<Option<HandoverRecord>, StoreError> {
    let Some((name, row)) = &handover.context.record else {
        return Ok(None);
    };
    let (Some(table), Ok(row)) = (conn.find_record_table(name)?, row.parse()) else {
        return Ok(None);
    };
    let Some(row) = conn.find_row(name, row)? else {
        return Ok(None);
    };
    let fields = table.columns.iter().filter_map(|column| {
        let value = row.values.get(&column.name).filter(|it| !it.is_empty())?;
        Some(NamedValue {
            name: column.label.clone(),
            value: value.to_text(),
        })
    });
    Ok(Some(HandoverRecord {
        title: table.display_name.clone(),
        fields: fields.collect(),
    }))
}

/// How the requester seems to feel by their newest texts of the interaction.
fn mood(
    conn: &ReadConn<'_>,
    conversation: ConversationId,
    interaction: &Interaction,
) -> Result<Option<MoodView>, StoreError> {
    let since = interaction.opened_at - OPENED_AFTER_TEXT;
    let page = conn.list_messages(conversation, ThreadAnchor::Latest, NEWEST_TEXTS)?;
    let newest_first = page
        .messages
        .iter()
        .rev()
        .filter(|text| text.direction == Direction::Inbound && text.at >= since)
        .map(|text| text.body.as_str())
        .take(TEXTS_OF_A_MOOD);
    Ok(mood_of(newest_first).map(|mood| match mood {
        Mood::Upset => MoodView::Upset,
        Mood::Neutral => MoodView::Neutral,
        Mood::Pleased => MoodView::Pleased,
    }))
}
