//! Who is behind a conversation's number: the evidence, and what an agent says about it (P-13, P-14).

use tern_domain::{ConversationId, Direction, IdentityAct, MatchRule, PersonId, match_requester};
use tern_engine::EdgeIds;
use tern_store::ThreadAnchor;

use super::people::{found, newcomer, parse_person};
use crate::app::App;
use crate::directory::PersonChange;
use crate::dto::{
    ChangeIdentity, ConversationRef, EvidenceText, IdentityChange, IdentityChanged, IdentityView,
    VerifiedView,
};
use crate::error::ApiError;
use crate::events::Change;
use crate::line::Desk;
use crate::view::person;
use crate::words;

/// Texts looked through for the requester's own.
const LOOK_BACK: u32 = 30;
/// Texts shown as evidence.
const MOST_TEXTS: usize = 3;

impl App {
    /// Who is behind a conversation's number, and why Tern thinks so.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound).
    pub async fn identity(&self, request: ConversationRef) -> Result<IdentityView, ApiError> {
        let desk = self.desk()?;
        self.load_identity(&desk, ConversationId(request.conversation_id))
            .await
    }

    /// Says who is behind a conversation's number.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) when it is so already.
    pub async fn change_identity(
        &self,
        request: ChangeIdentity,
    ) -> Result<IdentityChanged, ApiError> {
        let desk = self.desk()?;
        let id = ConversationId(request.conversation_id);
        let newcomer_id = PersonId::next(&mut EdgeIds::new(&*desk.clock()));
        let bind_to = match &request.change {
            IdentityChange::Bind { person_id } => Some(parse_person(person_id)?),
            _ => None,
        };
        let undo = self
            .change_directory(&desk, move |write| {
                let key = write.tx.load_conversation(id)?.key;
                let address = (key.channel, &key.requester);
                match (request.change, bind_to) {
                    (IdentityChange::Bind { .. }, Some(person)) => {
                        found(write.tx.find_person(person)?)?;
                        write.identify(address, IdentityAct::Bind { person })
                    }
                    (IdentityChange::NewPerson { name }, _) => {
                        let details = newcomer(name, key.requester.phone().cloned());
                        let made = write.change_people(vec![PersonChange {
                            id: newcomer_id,
                            to: Some(details),
                        }])?;
                        let (mut applied, mut step) = match made {
                            Ok(made) => made,
                            Err(refused) => return Ok(Err(refused)),
                        };
                        let person = newcomer_id;
                        Ok(write.identify(address, IdentityAct::Bind { person })?.map(
                            |(bound, bound_step)| {
                                applied.merge(bound);
                                step.bound(bound_step);
                                (applied, step)
                            },
                        ))
                    }
                    (IdentityChange::Guest, _) => write.identify(address, IdentityAct::MakeGuest),
                    _ => write.identify(address, IdentityAct::Verify),
                }
            })
            .await?;
        Ok(IdentityChanged {
            identity: self.load_identity(&desk, id).await?,
            undo: undo.unwrap_or_default(),
        })
    }

    async fn load_identity(
        &self,
        desk: &Desk,
        id: ConversationId,
    ) -> Result<IdentityView, ApiError> {
        let beholder = self.beholder(desk).await?;
        let (state, people, texts) = desk
            .store
            .read(move |conn| {
                let key = conn.load_conversation(id)?.key;
                let state = conn.load_identity_state(key.channel, &key.requester)?;
                let holders = match key.requester.phone() {
                    Some(number) => conn.holders_of_number(number)?,
                    None => Vec::new(),
                };
                let bound = state
                    .profile
                    .as_ref()
                    .and_then(|profile| profile.standing.bound_to);
                let mut people = Vec::new();
                for person in bound.into_iter().chain(holders) {
                    people.extend(conn.find_person(person)?);
                }
                let page = conn.list_messages(id, ThreadAnchor::Latest, LOOK_BACK)?;
                Ok((state, people, page.messages))
            })
            .await
            .map_err(|error| words::store(&error))?;
        let matched = match_requester(&state.users, state.profile.as_ref());
        let standing = state.profile.as_ref().map(|profile| &profile.standing);
        let mut others: Vec<_> = people
            .iter()
            .filter(|person| Some(person.id) != matched.person)
            .map(person::view)
            .collect();
        others.dedup_by(|one, other| one.id == other.id);
        Ok(IdentityView {
            person: people
                .iter()
                .find(|person| Some(person.id) == matched.person)
                .map(person::view),
            reason: reason(
                matched.rule,
                standing.is_some_and(|it| it.verification.is_some()),
            )
            .to_owned(),
            verified: standing
                .and_then(|standing| standing.verification)
                .map(|verification| VerifiedView {
                    at: verification.at.0,
                    by: match verification.by {
                        tern_domain::Actor::Agent(agent) => beholder.name_of(agent),
                        _ => "Tern".to_owned(),
                    },
                }),
            identity_conflict: matched.identity_conflict,
            several_matches: matched.several_matches,
            others,
            last_texts: texts
                .iter()
                .rev()
                .filter(|text| text.direction == Direction::Inbound)
                .filter(|text| !text.body.is_blank())
                .take(MOST_TEXTS)
                .map(|text| EvidenceText {
                    at: text.at.0,
                    body: text.body.as_str().to_owned(),
                })
                .collect(),
            since: state.profile.as_ref().map(|profile| profile.updated_at.0),
        })
    }

    /// Tells windows what a change of the directory touched: each conversation, or everything if it is many.
    pub(super) fn announce_directory(&self, desk: &Desk, applied: tern_store::Applied) {
        const MANY: usize = 50;
        if applied.touched.len() > MANY {
            self.emit(Change::Everything);
        }
        self.emit(Change::People);
        if applied.touched.len() <= MANY {
            self.announce(desk, applied);
        }
    }
}

/// Why Tern thinks so, in words.
const fn reason(rule: MatchRule, is_verified: bool) -> &'static str {
    match (rule, is_verified) {
        (MatchRule::OneUser | MatchRule::UserAddedLater, _) => {
            "One user of the directory has this number."
        }
        (MatchRule::OnlyProfile, true) => "An agent bound this number and made sure.",
        (MatchRule::OnlyProfile, false) => "The number was bound to this person.",
        (MatchRule::Nobody, _) => "Nobody in the directory is known by this number.",
        (MatchRule::Conflict, _) => {
            "The number is bound to this person, but the directory gives it to somebody else."
        }
        (MatchRule::SeveralUsers, _) => {
            "Several users of the directory have this number, so Tern does not guess."
        }
        (MatchRule::Agreement, _) => {
            "The number is bound to this person, and the directory agrees."
        }
    }
}
