//! Saved tests of topics: conversations that a draft has to have again before it is published.

use tern_domain::screening::ScreenRules;
use tern_domain::topic::{BotInput, BotReply, Redaction, SavedTest, TopicFile, TopicSet};
use tern_domain::{ConversationId, TopicTestId};
use tern_store::{ReadConn, StoreError};

use super::topic_retelling::{newest_texts, retell, screen_everything};
use super::topic_try::{new_seed, read_draft, read_session, topics_with};
use crate::app::App;
use crate::dto::{
    AcceptTopicTest, RunTopicTests, SaveTopicTest, TestDifference, TestFromConversation,
    TestFromRun, TestResult, TestStepView, TopicRef, TopicTestRef, TopicTestView,
};
use crate::error::{ApiError, ErrorCode};
use crate::records::{self, Record};
use crate::view::topic_try::input;
use crate::words;

/// Longest name, in characters.
const LONGEST_NAME: usize = 120;
/// Longest test, in bytes.
const LONGEST_TEST: usize = 2_000_000;
/// Most tests of one topic: more take too long to run before publishing.
const MOST_TESTS: usize = 1_000;

impl App {
    /// The tests of a topic, in their order.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] when the file cannot be read.
    pub async fn list_topic_tests(
        &self,
        request: TopicRef,
    ) -> Result<Vec<TopicTestView>, ApiError> {
        self.tests_of(request.name).await
    }

    /// Saves a test, gives it another name, or brings a deleted one back.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for anybody but an administrator.
    /// [`ErrorCode::InvalidInput`] for one without a name.
    pub async fn save_topic_test(
        &self,
        request: SaveTopicTest,
    ) -> Result<Vec<TopicTestView>, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let id = parse_id(&request.id)?;
        let name = request.name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(ApiError::new(
                ErrorCode::InvalidInput,
                format!("A test needs a name of at most {LONGEST_NAME} characters."),
                "",
            ));
        }
        if request.document.len() > LONGEST_TEST {
            return Err(ApiError::new(
                ErrorCode::InvalidInput,
                "This conversation is too long for a test.",
                "Save a shorter one.",
            ));
        }
        let test: SavedTest = serde_json::from_str(&request.document)
            .map_err(|_| ApiError::bad_request("the test is malformed"))?;
        let topic = request.topic.clone();
        let test = SavedTest {
            name: name.to_owned(),
            ..test
        };
        let is_full = desk
            .store
            .write(move |tx| {
                let known = tx.list_topic_tests(&request.topic)?;
                let is_new = known.iter().all(|(known, _)| *known != id);
                if is_new && known.len() >= MOST_TESTS {
                    return Ok(true);
                }
                tx.put_topic_test(&request.topic, id, &test)?;
                Ok(false)
            })
            .await
            .map_err(|error| words::store(&error))?;
        if is_full {
            return Err(ApiError::new(
                ErrorCode::InvalidInput,
                format!("A topic can have at most {MOST_TESTS} tests."),
                "Delete one that is not needed any more.",
            ));
        }
        self.tests_of(topic).await
    }

    /// Deletes a test. A window that kept its document can bring it back with
    /// [`save_topic_test`](Self::save_topic_test).
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for anybody but an administrator.
    /// [`ErrorCode::Storage`] when the file cannot be written.
    pub async fn delete_topic_test(
        &self,
        request: TopicTestRef,
    ) -> Result<Vec<TopicTestView>, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let id = parse_id(&request.id)?;
        desk.store
            .write(move |tx| tx.delete_topic_test(id))
            .await
            .map_err(|error| words::store(&error))?;
        self.tests_of(request.topic).await
    }

    /// A trial as a test, to be looked at and then saved.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for a draft that cannot run, or a trial in which nothing happened.
    pub async fn test_from_run(&self, request: TestFromRun) -> Result<TopicTestView, ApiError> {
        let desk = self.desk()?;
        let draft = read_draft(&request.file)?;
        let trial = read_session(&request.session)?;
        if trial.steps.is_empty() {
            return Err(nothing_happened("Nothing was tried yet."));
        }
        let test = trial.to_test(name_of(&trial.to_test("")));
        desk.store
            .read(move |conn| {
                let topics = topics_with(conn, draft)?;
                Ok(topics.map(|topics| view("", &test.accepted(&topics))))
            })
            .await
            .map_err(|error| words::store(&error))?
    }

    /// The newest conversation with somebody as a test without who it was with, to be looked at and then saved.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`]; [`ErrorCode::InvalidInput`] for a draft that cannot run, or if the customer
    /// wrote nothing.
    pub async fn test_from_conversation(
        &self,
        request: TestFromConversation,
    ) -> Result<TopicTestView, ApiError> {
        let desk = self.desk()?;
        let draft = read_draft(&request.file)?;
        let id = ConversationId(request.conversation_id);
        let rules = records::find::<ScreenRules>(&desk.store, Record::Screening).await?;
        let screen = screen_everything(rules.unwrap_or_default());
        let seed = new_seed(&desk);
        let link = desk.link();
        desk.store
            .read(move |conn| {
                let topics = match topics_with(conn, draft)? {
                    Ok(topics) => topics,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let row = conn.load_conversation(id)?;
                let texts = newest_texts(conn, &row)?;
                let our_name = link.own(&row.key.provider).map(|own| own.name.clone());
                let Some(trial) = retell(
                    conn,
                    &topics,
                    &row,
                    &our_name.unwrap_or_default(),
                    &texts,
                    seed,
                ) else {
                    return Ok(Err(nothing_happened(
                        "The customer wrote nothing in this conversation.",
                    )));
                };
                let redaction = Redaction::new(&screen, [row.requester_name.as_str()]);
                let test = trial.to_test(name_of(&trial.to_test("")));
                let test = redaction.test(test).accepted(&topics);
                Ok(Ok(view("", &test)))
            })
            .await
            .map_err(|error| words::store(&error))?
    }

    /// Runs the tests of a topic against its draft.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for a draft that cannot run.
    pub async fn run_topic_tests(
        &self,
        request: RunTopicTests,
    ) -> Result<Vec<TestResult>, ApiError> {
        let desk = self.desk()?;
        let draft = read_draft(&request.file)?;
        desk.store
            .read(move |conn| run_saved_tests(conn, &request.topic, draft))
            .await
            .map_err(|error| words::store(&error))?
    }

    /// Takes what the phone shows now for what it has to show.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for anybody but an administrator.
    /// [`ErrorCode::NotFound`] for a test that is gone; [`ErrorCode::InvalidInput`] for a draft that cannot run.
    pub async fn accept_topic_test(
        &self,
        request: AcceptTopicTest,
    ) -> Result<Vec<TopicTestView>, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let draft = read_draft(&request.file)?;
        let (id, topic) = (parse_id(&request.id)?, request.topic.clone());
        desk.store
            .write(move |tx| {
                let named = draft.name.clone();
                let set = match topics_with(tx, draft)? {
                    Ok(set) => set,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let tests = tx.list_topic_tests(&topic)?;
                let known = tests.into_iter().find(|(known, _)| *known == id);
                let (_, known) = known.ok_or(StoreError::NotFound { what: "test" })?;
                let now = known.renamed(&topic, &named).accepted(&set);
                tx.put_topic_test(&topic, id, &now.renamed(&named, &topic))?;
                Ok(Ok(()))
            })
            .await
            .map_err(|error| words::store(&error))??;
        self.tests_of(request.topic).await
    }

    async fn tests_of(&self, topic: String) -> Result<Vec<TopicTestView>, ApiError> {
        let desk = self.desk()?;
        let tests = desk
            .store
            .read(move |conn| conn.list_topic_tests(&topic))
            .await
            .map_err(|error| words::store(&error))?;
        Ok(tests
            .iter()
            .map(|(id, test)| view(&id.to_string(), test))
            .collect())
    }
}

/// Runs the tests of a topic, known as `topic` so far, against its draft; or says why the draft cannot run.
pub(crate) fn run_saved_tests(
    conn: &ReadConn<'_>,
    topic: &str,
    draft: TopicFile,
) -> Result<Result<Vec<TestResult>, ApiError>, StoreError> {
    let tests = conn.list_topic_tests(topic)?;
    if tests.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    let named = draft.name.clone();
    let topics = topics_with(conn, draft)?;
    Ok(topics.map(|topics| {
        tests
            .into_iter()
            .map(|(id, test)| result(id, &test.renamed(topic, &named), &topics))
            .collect()
    }))
}

fn result(id: TopicTestId, test: &SavedTest, topics: &TopicSet) -> TestResult {
    let differences = differences(test, topics);
    TestResult {
        id: id.to_string(),
        name: test.name.clone(),
        passed: differences.is_empty(),
        differences,
    }
}

/// The steps of a test that look different with these topics.
pub(super) fn differences(test: &SavedTest, topics: &TopicSet) -> Vec<TestDifference> {
    let found = test.differences(topics).into_iter();
    found
        .map(|found| TestDifference {
            step: u32::try_from(found.step).unwrap_or(u32::MAX),
            node: found.node.map(|place| place.node),
            expected: found.expected.iter().map(shown).collect(),
            actual: found.actual.iter().map(shown).collect(),
        })
        .collect()
}

fn view(id: &str, test: &SavedTest) -> TopicTestView {
    TopicTestView {
        id: id.to_owned(),
        name: test.name.clone(),
        steps: test
            .steps
            .iter()
            .map(|step| {
                let (words, said) = input(&step.input);
                TestStepView {
                    after_ms: step.after.0,
                    input: words,
                    said,
                    replies: step.replies.iter().map(shown).collect(),
                }
            })
            .collect(),
        document: serde_json::to_string(test).unwrap_or_default(),
    }
}

/// A text with what is sent along, as lines.
fn shown(reply: &BotReply) -> String {
    let mut lines = Vec::new();
    if !reply.text.as_str().is_empty() {
        lines.push(reply.text.as_str().to_owned());
    }
    for picture in &reply.pictures {
        lines.push(match &reply.alt_text {
            Some(alt_text) => format!("[Picture: {alt_text}] {picture}"),
            None => format!("[Picture] {picture}"),
        });
    }
    lines.join("\n")
}

/// A name to begin with: what the customer wrote first.
fn name_of(test: &SavedTest) -> String {
    let first = test.steps.iter().find_map(|step| match &step.input {
        BotInput::Begin { first: said } | BotInput::Said(said) if !said.text.is_blank() => {
            Some(said.text.as_str().trim())
        }
        _ => None,
    });
    let first = first
        .and_then(|text| text.lines().next())
        .unwrap_or("A run");
    match first.char_indices().nth(48) {
        Some((end, _)) => format!("{}…", first.get(..end).unwrap_or_default()),
        None => first.to_owned(),
    }
}

fn nothing_happened(what: &str) -> ApiError {
    ApiError::new(ErrorCode::InvalidInput, what, "")
}

fn parse_id(text: &str) -> Result<TopicTestId, ApiError> {
    text.parse()
        .map_err(|_| ApiError::bad_request("the test's id is malformed"))
}
