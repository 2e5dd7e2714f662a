//! What the events of a conversation lead to is what its rows say.

use tern_domain::routing::WorkItem;
use tern_domain::{AggregateRef, EventBody, Interaction, MessagingProfile};

use crate::support::Desk;

impl Desk {
    /// The rows are what the events say.
    pub(crate) fn check_replay(&self) {
        for interaction in self.interactions.values() {
            let mut events = self
                .events
                .iter()
                .filter(|event| event.aggregate == AggregateRef::Interaction(interaction.id));
            let first = events.next().unwrap();
            let mut replayed = Interaction::opened(interaction.id, &first.body, first.at).unwrap();
            for event in events {
                replayed.apply(&event.body, event.at);
            }
            assert_eq!(&replayed, interaction);
        }
        for profile in self.profiles.values() {
            let mut events = self
                .events
                .iter()
                .filter(|event| event.aggregate == AggregateRef::Profile(profile.id));
            let first = events.next().unwrap();
            let mut replayed =
                MessagingProfile::created(profile.id, &first.body, first.at).unwrap();
            for event in events {
                replayed.apply(&event.body, &event.actor, event.at);
            }
            assert_eq!(&replayed, profile);
        }
        for item in self.work.values() {
            let mut facts = self
                .events
                .iter()
                .filter(|event| event.aggregate == AggregateRef::WorkItem(item.id))
                .filter_map(|event| match &event.body {
                    EventBody::WorkItemMoved { fact } => Some((fact, event.at)),
                    _ => None,
                });
            let (first, at) = facts.next().unwrap();
            let mut replayed = WorkItem::queued(item.id, first, at).unwrap();
            for (fact, at) in facts {
                replayed.apply(fact, at);
            }
            assert_eq!(&replayed, item);
        }
        let held = self.state.work.iter().filter(|item| item.is_held()).count();
        assert!(held <= 1, "{held} agents hold one interaction");
        let has_owner = self
            .state
            .latest_interaction
            .as_ref()
            .filter(|latest| !latest.state.is_closed())
            .is_some_and(|interaction| interaction.assigned_to.is_some());
        assert_eq!(
            held == 1,
            has_owner,
            "the work items parted from the interaction"
        );
    }
}
