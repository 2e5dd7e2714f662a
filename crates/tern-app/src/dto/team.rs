//! Who is on the team: agents, groups, presence, and who is signed in here.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The team as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct TeamView {
    /// The agent who is signed in at this desk.
    pub me: String,
    /// May look behind the routing and act on anybody's conversations.
    pub i_supervise: bool,
    /// May configure.
    pub i_administer: bool,
    /// All agents who are with the team, by name.
    pub agents: Vec<AgentView>,
    /// All groups, by name.
    pub groups: Vec<GroupView>,
    /// Presence states that the signed-in agent may choose, in the order of the menu.
    pub presence_states: Vec<PresenceStateView>,
}

/// One agent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AgentView {
    /// UUID.
    pub id: String,
    /// Name.
    pub name: String,
    /// What they may do.
    pub roles: Vec<RoleView>,
    /// Ids of their groups.
    pub groups: Vec<String>,
    /// What they know.
    pub skills: Vec<SkillView>,
    /// Slots for texts that replace the channel's own; `None` = the channel's.
    pub slots: Option<u32>,
    /// Slots over all channels; `None` = no cap.
    pub universal_slots: Option<u32>,
    /// The state they are in.
    pub presence: PresenceStateView,
    /// Slots in use.
    pub in_use: u32,
    /// Slots in force.
    pub slots_in_force: u32,
    /// Conversations they have, also those on hold.
    pub holds: u32,
    /// A PIN is set at this desk.
    pub has_pin: bool,
    /// They unlock this desk with the code of an authenticator app as well.
    pub has_lock_code: bool,
}

/// What an agent may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum RoleView {
    /// Answers conversations.
    Agent,
    /// Watches and reassigns.
    Supervisor,
    /// Configures.
    Admin,
}

/// A skill with its level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SkillView {
    /// Its name.
    pub name: String,
    /// 1 to 10.
    pub level: u8,
}

/// One group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GroupView {
    /// UUID.
    pub id: String,
    /// Name.
    pub name: String,
    /// How many agents are in it.
    pub members: u32,
}

/// A presence state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PresenceStateView {
    /// UUID.
    pub id: String,
    /// Name.
    pub name: String,
    /// Its colour; never the only sign of it.
    pub colour: PresenceColour,
    /// Whether it is offered work.
    pub receives_work: bool,
}

/// How a presence state is painted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum PresenceColour {
    /// Works.
    Green,
    /// Not just now.
    Yellow,
    /// Not here.
    Grey,
}

/// Add an agent, or change one.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveAgent {
    /// Which; `None` = a new one.
    pub id: Option<String>,
    /// Name.
    pub name: String,
    /// What they may do.
    pub roles: Vec<RoleView>,
    /// Ids of their groups.
    pub groups: Vec<String>,
    /// What they know.
    pub skills: Vec<SkillView>,
    /// Slots for texts; `None` = the channel's.
    pub slots: Option<u32>,
    /// Slots over all channels; `None` = no cap.
    pub universal_slots: Option<u32>,
}

/// Take an agent off the team.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RemoveAgent {
    /// Which.
    pub agent_id: String,
    /// Who gets what they have. Without it an agent who has work is refused.
    pub work: Option<LeftWork>,
}

/// Who gets the work of an agent who leaves.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum LeftWork {
    /// Whoever the queue finds.
    Queue,
    /// One colleague, who is told.
    Agent {
        /// UUID.
        agent_id: String,
    },
}

/// Sign another agent in at this desk.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SignIn {
    /// Who.
    pub agent_id: String,
    /// Their PIN; `None` where none is set.
    pub pin: Option<String>,
}

/// Set, change or take away an agent's PIN at this desk.
#[derive(Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SetPin {
    /// Whose.
    pub agent_id: String,
    /// The one in force, where there is one and it is one's own.
    pub current: Option<String>,
    /// The new one; `None` = none any more.
    pub new: Option<String>,
}

/// Enter a presence state.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChoosePresence {
    /// Which.
    pub state_id: String,
}

/// Add a group, or rename one.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SaveGroup {
    /// Which; `None` = a new one.
    pub id: Option<String>,
    /// Name.
    pub name: String,
}

/// Names one group.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct GroupRef {
    /// UUID.
    pub group_id: String,
}
