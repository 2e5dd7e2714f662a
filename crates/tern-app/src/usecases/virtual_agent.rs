//! What the team decides about its virtual agent: whether it answers, for which numbers, and how it talks.

use tern_domain::PhoneNumber;
use tern_domain::topic::{BotSettings, TopicShelf, VirtualAgent};

use super::topics::{read, read_topics};
use crate::app::App;
use crate::dto::VirtualAgentView;
use crate::error::{ApiError, ErrorCode};
use crate::records::Record;
use crate::words;

impl App {
    /// What the team decided about its virtual agent.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] when the file cannot be read.
    pub async fn virtual_agent(&self) -> Result<VirtualAgentView, ApiError> {
        let desk = self.desk()?;
        Ok(view(&read(&desk).await?.agent))
    }

    /// Replaces what the team decided about its virtual agent.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] naming what has to change, [`ErrorCode::NotAllowed`] if a published topic
    /// would stop working.
    pub async fn save_virtual_agent(
        &self,
        request: VirtualAgentView,
    ) -> Result<VirtualAgentView, ApiError> {
        let agent = from_view(request)?;
        self.change_topics(move |_, tx| {
            let topics = read_topics(tx)?;
            let after = TopicShelf {
                settings: agent.chat.clone(),
                ..topics.shelf.clone()
            };
            if let Err(refusal) = topics.shelf.check_change(&after) {
                return Ok(Err(words::not_allowed(&refusal)));
            }
            tx.put_setting(Record::VirtualAgent.name(), &agent).map(Ok)
        })
        .await?;
        self.virtual_agent().await
    }
}

fn view(agent: &VirtualAgent) -> VirtualAgentView {
    VirtualAgentView {
        on: agent.on,
        live_agent_only: agent
            .live_agent_only
            .iter()
            .map(|number| number.as_str().to_owned())
            .collect(),
        // Strings, numbers and lists always encode.
        chat: serde_json::to_string(&agent.chat).unwrap_or_default(),
    }
}

fn from_view(view: VirtualAgentView) -> Result<VirtualAgent, ApiError> {
    let chat: BotSettings = serde_json::from_str(&view.chat).map_err(|error| {
        ApiError::new(
            ErrorCode::InvalidInput,
            format!("These settings cannot be read: {error}."),
            "",
        )
    })?;
    let live_agent_only = view
        .live_agent_only
        .iter()
        .map(|number| PhoneNumber::parse(number))
        .collect::<Result<_, _>>()
        .map_err(|_| ApiError::bad_request("a number is malformed"))?;
    let agent = VirtualAgent {
        on: view.on,
        live_agent_only,
        chat,
    };
    agent.checked().map_err(|problem| words::invalid(&problem))
}
