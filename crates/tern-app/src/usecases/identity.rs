//! Who is behind a conversation's number: the evidence, and what an agent says about it (P-13, P-14).

use tern_domain::verification::{AccountLink, plan_unlink};
use tern_domain::{
    Actor, ConversationId, ConversationKey, Direction, DirectoryContext, IdentityAct,
    IdentityState, MatchRule, Person, PersonId, PersonKind, UtcMillis, match_requester,
};
use tern_engine::EdgeIds;
use tern_store::{ReadConn, StoreError, ThreadAnchor};

use super::people::{found, newcomer, parse_person};
use super::verification;
use crate::app::App;
use crate::directory::PersonChange;
use crate::dto::{
    AccountStanding, ChangeIdentity, ConversationRef, EvidenceText, IdentityChange,
    IdentityChanged, IdentityView, VerifiedView,
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

    /// Unlinks a conversation's number from its account (P-13): notifications are off, and what was proved in open
    /// conversations counts no more. Only a new proof links it again, so nothing takes this back.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) when it is linked to none.
    pub async fn unlink_account(&self, request: ConversationRef) -> Result<IdentityView, ApiError> {
        let desk = self.desk()?;
        let id = ConversationId(request.conversation_id);
        let (clock, agent) = (desk.clock(), desk.agent());
        let applied = desk
            .store
            .write(move |tx| {
                let key = tx.load_conversation(id)?.key;
                let state = tx.load_identity_state(key.channel, &key.requester)?;
                let link = link_of(tx, &state)?;
                let now = clock.now();
                let ctx = DirectoryContext { now, agent };
                match plan_unlink(&state, link, ctx, &mut EdgeIds::new(&*clock)) {
                    Ok(plan) => tx.apply(&plan).map(Ok),
                    Err(refusal) => Ok(Err(refusal)),
                }
            })
            .await
            .map_err(|error| words::store(&error))?
            .map_err(verification::refused)?;
        self.announce(&desk, applied);
        self.load_identity(&desk, id).await
    }

    async fn load_identity(
        &self,
        desk: &Desk,
        id: ConversationId,
    ) -> Result<IdentityView, ApiError> {
        let beholder = self.beholder(desk).await?;
        let now = desk.now();
        let (state, people, matched, account, texts) = desk
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
                let matched = match_requester(&state.users, state.profile.as_ref());
                let person = people.iter().find(|it| Some(it.id) == matched.person);
                let account = account_of(conn, &key, &state, person, now)?;
                let page = conn.list_messages(id, ThreadAnchor::Latest, LOOK_BACK)?;
                Ok((state, people, matched, account, page.messages))
            })
            .await
            .map_err(|error| words::store(&error))?;
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
                        Actor::Agent(agent) => beholder.name_of(agent),
                        Actor::VirtualAgent => "PIN and code".to_owned(),
                        _ => "Tern".to_owned(),
                    },
                    by_text: verification.by == Actor::VirtualAgent,
                }),
            account,
            identity_conflict: matched.identity_conflict,
            several_matches: matched.several_matches,
            others,
            last_texts: texts
                .iter()
                .rev()
                .filter(|text| text.direction == Direction::Inbound)
                .filter(|text| !text.body.is_blank() && text.wipe.is_none())
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

fn link_of(conn: &ReadConn<'_>, state: &IdentityState) -> Result<Option<AccountLink>, StoreError> {
    match &state.profile {
        Some(profile) => conn.find_account_link(profile.id),
        None => Ok(None),
    }
}

/// What was proved by text (L-3, L-15), if there is an account that it could be about.
fn account_of(
    conn: &ReadConn<'_>,
    key: &ConversationKey,
    state: &IdentityState,
    person: Option<&Person>,
    now: UtcMillis,
) -> Result<Option<AccountStanding>, StoreError> {
    let Some(person) = person.filter(|person| person.details.kind == PersonKind::User) else {
        return Ok(None);
    };
    let link = link_of(conn, state)?;
    let mut verified_at = None;
    if let Some(here) = state.interactions.iter().find(|it| it.key == *key) {
        let elevation = conn.find_elevation(here.id)?;
        let verification = conn.find_verification(person.id)?.unwrap_or_default();
        let proven = elevation.stands_for(link, &verification.lockout, now);
        verified_at = elevation.proven.filter(|_| proven == Some(person.id));
    }
    Ok(Some(AccountStanding {
        linked_since: link.map(|link| link.linked_at.0),
        verified_at: verified_at.map(|proven| proven.at.0),
    }))
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
