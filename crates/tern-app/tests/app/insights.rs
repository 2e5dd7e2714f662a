//! Who may see whose figures (K-1 … K-3), over a real line and a real file with two agents at one desk.

use tern_app::dto::*;
use tern_app::{ApiError, ErrorCode};

use crate::people::JANE;
use crate::rig::{Rig, wait_for};
use crate::team::{add_agent, me, sign_in};

/// Everything that can have happened.
fn ever() -> InsightsPeriod {
    InsightsPeriod {
        first: "2015-01-01".to_owned(),
        last: "2034-12-31".to_owned(),
        zone: "UTC".to_owned(),
    }
}

fn of(agent: Option<&str>) -> InsightsFilter {
    InsightsFilter {
        agent_id: agent.map(str::to_owned),
        ..InsightsFilter::default()
    }
}

async fn figures(rig: &Rig, agent: Option<&str>) -> Result<Insights, ApiError> {
    rig.app
        .insights(AskInsights {
            period: ever(),
            filter: of(agent),
            compare: true,
        })
        .await
}

async fn behind(rig: &Rig, part: InsightsPart, agent: Option<&str>) -> Result<Vec<i64>, ApiError> {
    let request = AskBehind {
        period: ever(),
        filter: of(agent),
        part,
        from: None,
        until: None,
        weekday: None,
        hour: None,
        skip: 0,
    };
    let page = rig.app.insights_behind(request).await?;
    Ok(page.rows.iter().map(|row| row.conversation_id).collect())
}

async fn take_and_answer(rig: &Rig, conversation_id: i64) {
    rig.app
        .act_on_conversation(ActOnConversation {
            conversation_id,
            act: ConversationAct::Take,
        })
        .await
        .unwrap();
    let sent = rig.send(conversation_id, "Yes, it is").await;
    rig.wait_for_mark(&sent, conversation_id, DeliveryMark::Delivered)
        .await;
}

/// A supervisor and an agent have had a conversation each; the supervisor is here. Answers who they are, and the
/// conversations.
async fn two_at_work() -> (Rig, [String; 2], [i64; 2]) {
    let rig = Rig::practising().await;
    let ana = me(&rig.app.team().await.unwrap()).id.clone();
    let ben = add_agent(&rig, "Ben", &[]).await;
    let hers = rig.text(JANE, "Is it ready?").await.id;
    take_and_answer(&rig, hers).await;
    sign_in(&rig, &ben).await;
    let phones = rig.app.practice_handsets().await.unwrap();
    let other = phones.iter().find(|phone| phone.number != JANE).unwrap();
    let his = rig.text(&other.number, "Is mine?").await.id;
    take_and_answer(&rig, his).await;
    sign_in(&rig, &ana).await;
    wait_for(&rig.app, "all to be counted", async || {
        let found = figures(&rig, None).await.unwrap();
        (found.left == 0 && found.current.texts.agents == 2).then_some(())
    })
    .await;
    (rig, [ana, ben], [hers, his])
}

fn refused<T: std::fmt::Debug>(answer: Result<T, ApiError>) -> String {
    let error = answer.unwrap_err();
    assert_eq!(error.code, ErrorCode::NotAllowed);
    error.message
}

#[tokio::test(flavor = "multi_thread")]
async fn k_1_a_supervisor_sees_the_team_and_each_of_it() {
    let (rig, [_, ben], [hers, his]) = two_at_work().await;
    let all = figures(&rig, None).await.unwrap();
    assert_eq!(all.reach, InsightsReach::Team);
    assert_eq!((all.current.agents.len(), all.agents.len()), (2, 2));
    assert!(all.live.is_some() && all.definitions.len() == 17);
    let one = figures(&rig, Some(&ben)).await.unwrap();
    assert_eq!(one.current.texts.agents, 1);
    let mut began = behind(&rig, InsightsPart::Began, None).await.unwrap();
    began.sort_unstable();
    assert_eq!(began, [hers.min(his), hers.max(his)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn k_1_an_agent_sees_their_own_figures_and_nobody_elses() {
    let (rig, [ana, ben], [_, his]) = two_at_work().await;
    sign_in(&rig, &ben).await;
    for asked in [None, Some(ben.as_str())] {
        let own = figures(&rig, asked).await.unwrap();
        assert_eq!(own.reach, InsightsReach::Own);
        for period in [Some(&own.current), own.previous.as_ref()]
            .into_iter()
            .flatten()
        {
            assert!(period.agents.iter().all(|row| row.agent_id == ben));
            assert!(period.queues.is_empty() && period.topics.is_empty());
            assert_eq!(period.texts.received, 0, "requesters are everybody's");
        }
        assert_eq!(own.current.texts.agents, 1);
        assert_eq!(own.current.conversations.began, 1);
        assert!(own.live.is_none() && own.agents.is_empty());
        assert!(!own.definitions.iter().any(|it| it.figure == "consent"));
    }
    assert_eq!(
        refused(figures(&rig, Some(&ana)).await),
        "Only a supervisor or an administrator can look at a colleague's figures."
    );
    for part in [
        InsightsPart::Began,
        InsightsPart::ByAgents,
        InsightsPart::Held,
    ] {
        let found = behind(&rig, part.clone(), None).await.unwrap();
        assert_eq!(found, [his], "{part:?}");
        refused(behind(&rig, part, Some(&ana)).await);
    }
    for part in [
        InsightsPart::Received,
        InsightsPart::Stopped,
        InsightsPart::Contained,
        InsightsPart::Topic {
            topic: String::new(),
            handed_over: false,
        },
    ] {
        assert_eq!(
            refused(behind(&rig, part, None).await),
            "Only a supervisor or an administrator can look at figures of the whole team."
        );
    }
    // What the wanted policy would delete is for those who can agree to it.
    refused(rig.app.preview_retention().await);
}
