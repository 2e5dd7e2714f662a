//! Every command a window may give, declared once: name, request, answer.
//!
//! Both the dispatcher of the hosts and the TypeScript of the window are expanded from this list,
//! so an unknown command does not compile on either side. Each command is one method of
//! [`App`](crate::App) with the same name.

/// Hands the list of all commands to a macro: `name(Request) -> Answer;` each.
macro_rules! with_commands {
    ($callback:ident) => {
        $callback! {
            /// Where the app stands.
            app_status() -> AppStatus;
            /// Opens a locked file.
            unlock(UnlockWith) -> AppStatus;
            /// Sets a damaged file aside and starts a new one, rebuilt from what can be read, a backup and Twilio.
            set_aside_and_rebuild(RebuildWith) -> Rebuilt;
            /// What is known of this desk's backups.
            backups() -> BackupsView;
            /// Whether to remind somebody that there is no backup.
            backup_hint() -> bool;
            /// Takes that reminder away.
            dismiss_backup_hint() -> ();
            /// Says where backups go and what opens them.
            set_up_backups(SetUpBackups) -> BackupsView;
            /// Says how often backups are made and tried by themselves.
            schedule_backups(ScheduleBackups) -> BackupsView;
            /// Makes a backup, as a job.
            back_up_now() -> BackupsView;
            /// Opens a backup beside the desk and checks all of it, as a job.
            try_backup(BackupRef) -> BackupsView;
            /// Deletes a backup with what only it needed.
            delete_backup(BackupRef) -> BackupsView;
            /// The desks that have backups in a folder.
            find_backups(FindBackups) -> Vec<FoundBackups>;
            /// Restores a backup on this computer and opens it.
            restore_backup(RestoreBackup) -> RestoreReport;
            /// Stops restoring, as long as that is possible.
            cancel_restore() -> ();
            /// Tries credentials and looks over the account; stores nothing.
            check_account(AccountCredentials) -> DoctorReport;
            /// Stores credentials and goes live.
            connect_account(ConnectAccount) -> AppStatus;
            /// Looks over the account already connected.
            recheck_account() -> DoctorReport;
            /// Makes Tern the only one to get a number's texts, then looks over the account again.
            take_over_number(TakeOverNumber) -> DoctorReport;
            /// Replaces refused or rotated credentials of the account already connected.
            replace_credentials(AccountCredentials) -> AppStatus;
            /// The account as connected, without secrets; `null` on the practice line.
            account() -> Option<AccountView>;
            /// Starts the practice line.
            start_practice(StartPractice) -> AppStatus;
            /// Leaves the current line (practice or account) for the first-run screen; files stay.
            leave_line() -> AppStatus;
            /// Fetches the past up to the given number of days back.
            start_backfill(StartBackfill) -> AppStatus;
            /// Stops fetching the past.
            cancel_backfill() -> AppStatus;
            /// Pauses fetching the past, or lets it go on.
            pause_backfill(PauseBackfill) -> AppStatus;
            /// What is wanted of the past.
            past_settings() -> PastSettings;
            /// Wants something else of it.
            update_past_settings(PastSettings) -> PastSettings;
            /// Which days are here, newest first.
            past_days(PastDaysQuery) -> Vec<PastDays>;
            /// Fetches days once more.
            fetch_days(FetchDays) -> AppStatus;
            /// Fetches a text's pictures now.
            fetch_pictures(MessageRef) -> ();
            /// What an export would come to, and where it would go.
            prepare_export(ExportScope) -> ExportOffer;
            /// Exports texts to a signed file, as a job.
            start_export(StartExport) -> JobView;
            /// The key that exports are signed with.
            export_key() -> ExportKeyView;
            /// Long jobs that run, and what came of those that nobody has put away.
            jobs() -> Vec<JobView>;
            /// Stops a job.
            cancel_job(JobRef) -> Vec<JobView>;
            /// Puts away what came of a job.
            dismiss_job(JobRef) -> Vec<JobView>;
            /// One page of a list.
            list_conversations(ListConversations) -> ConversationPage;
            /// One conversation's head.
            conversation(ConversationRef) -> ConversationView;
            /// A page of its thread.
            list_messages(ListMessages) -> MessagePage;
            /// Its timeline, oldest first.
            timeline(ConversationRef) -> Vec<TimelineEntry>;
            /// Marks texts as read.
            mark_read(MarkRead) -> ();
            /// Take, put back, hold, resume, finish.
            act_on_conversation(ActOnConversation) -> ConversationView;
            /// Gives it back to the virtual agent.
            hand_to_bot(ConversationRef) -> ConversationView;
            /// The topics that agents may let the virtual agent run.
            list_autopilot_topics() -> Vec<AutopilotTopicView>;
            /// Has the virtual agent run one of them in it.
            start_autopilot(StartAutopilot) -> ConversationView;
            /// Takes over again before the topic is complete.
            stop_autopilot(ConversationRef) -> ConversationView;
            /// Finds texts and conversations.
            search(Search) -> SearchPage;
            /// Counts what a search finds, up to ten thousand.
            count_hits(CountHits) -> SearchCount;
            /// Texts by days: all, or what a search finds.
            activity(AskActivity) -> Activity;
            /// Gives up what is looked for or counted: whoever asked has left.
            stop_search(StopSearch) -> ();
            /// Ways to go on typing a search.
            suggest_search(TypedSearch) -> Vec<SearchSuggestion>;
            /// The last searches, the newest first.
            recent_searches() -> Vec<String>;
            /// Remembers a search that led somewhere.
            remember_search(TypedSearch) -> ();
            /// Forgets the last searches.
            clear_recent_searches() -> ();
            /// The first text of a conversation on a day, or after it.
            find_day(FindDay) -> FoundDay;
            /// Puts a conversation away until later, or brings it back.
            snooze_conversation(SnoozeConversation) -> ConversationView;
            /// Reads a time as people type it.
            read_time(ReadTime) -> TypedTime;
            /// Pins a conversation, or takes the pin off.
            pin_conversation(PinConversation) -> ConversationView;
            /// Counts the newest text as unread again.
            mark_unread(ConversationRef) -> ();
            /// A conversation's private notes, oldest first.
            notes(ConversationRef) -> Vec<NoteView>;
            /// Writes a private note, or whispers.
            write_note(WriteNote) -> NoteView;
            /// Changes an own note.
            edit_note(EditNote) -> NoteView;
            /// Deletes an own note.
            delete_note(NoteRef) -> ();
            /// Earlier conversations with the same person.
            history(ConversationRef) -> Vec<PastConversation>;
            /// Whether the requester gets texts and notifications.
            subscription_view(ConversationRef) -> SubscriptionView;
            /// Says what a text meant that is almost STOP, or takes that back.
            answer_stop_question(AnswerStopQuestion) -> ConversationView;
            /// The record of consent, newest first.
            consent_history(ConsentsOf) -> Vec<ConsentRow>;
            /// The record of consent as a file.
            export_consents(ExportConsents) -> TranscriptFile;
            /// What conditions can ask about.
            condition_facts() -> Vec<FactView>;
            /// Checks a condition and shows it as a form.
            check_condition(ConditionDraft) -> ConditionView;
            /// All saved views with their counts, in their order.
            saved_views() -> Vec<SavedViewRow>;
            /// Replaces all saved views: adding, changing, moving and deleting one, and undoing that.
            replace_saved_views(ReplaceSavedViews) -> Vec<SavedViewRow>;
            /// One page of a saved view.
            list_view(ListView) -> ConversationPage;
            /// How conversations look in the inbox.
            card_layouts() -> CardSettings;
            /// Replaces all card layouts.
            save_card_layouts(SaveCardLayouts) -> CardSettings;
            /// All canned replies, and what they can name.
            list_replies() -> ReplyList;
            /// Replaces all canned replies.
            save_replies(SaveReplies) -> ReplyList;
            /// What a reply's template looks like with example values.
            preview_reply(PreviewReply) -> ReplyPreview;
            /// All replies filled in for one conversation.
            filled_replies(ConversationRef) -> Vec<FilledReply>;
            /// What keeps a text from being sent.
            check_text(CheckText) -> TextCheck;
            /// The rules about sensitive data and words.
            screening() -> ScreeningView;
            /// Replaces the rules about sensitive data and words.
            update_screening(ScreeningRules) -> ScreeningView;
            /// The configuration as a file.
            export_configuration() -> ConfigurationFile;
            /// What importing a configuration file would change.
            check_configuration(ConfigurationText) -> ConfigurationDiff;
            /// Puts a configuration file in force.
            import_configuration(ConfigurationText) -> ConfigurationImported;
            /// People of the directory, by name.
            list_people(ListPeople) -> PeoplePage;
            /// One person with what hangs on them.
            person(PersonRef) -> PersonCard;
            /// Creates a person or replaces what is known of one.
            save_person(SavePerson) -> PersonSaved;
            /// Takes a person out of the directory.
            delete_person(PersonRef) -> PersonSaved;
            /// Brings people in from a file, or says what that would do.
            import_people(ImportPeople) -> ImportReport;
            /// Looks into a file with texts of another system.
            look_at_history(LookAtHistory) -> HistoryFileView;
            /// Looks through all of it for what it would bring, as a job.
            check_history(CheckHistory) -> JobView;
            /// What that found; `null` while there is none.
            history_check() -> Option<HistoryCheckView>;
            /// Brings it in, as a job.
            bring_history(BringHistory) -> JobView;
            /// What was brought in.
            history_imports() -> HistoryImportsView;
            /// What taking an import out would come to.
            look_at_history_removal(HistoryImportRef) -> HistoryRemovalView;
            /// Takes an import out, as a job.
            remove_history(HistoryImportRef) -> JobView;
            /// Who is behind a conversation's number, and the evidence.
            identity(ConversationRef) -> IdentityView;
            /// Says who is behind a conversation's number.
            change_identity(ChangeIdentity) -> IdentityChanged;
            /// Unlinks a conversation's number from its account.
            unlink_account(ConversationRef) -> IdentityView;
            /// How a person can prove by text who they are.
            verification_view(PersonRef) -> VerificationView;
            /// Draws a secret for a person's authenticator app, to be proved by a first code.
            begin_enrolment(PersonRef) -> EnrolmentBegun;
            /// Enrols the authenticator app whose first code is right.
            confirm_enrolment(ConfirmEnrolment) -> VerificationView;
            /// Sets the PIN that a person chose.
            set_soft_pin(SetSoftPin) -> VerificationView;
            /// Draws a PIN for a person and shows it once.
            generate_soft_pin(PersonRef) -> GeneratedPin;
            /// Takes a person's PIN and authenticator away.
            reset_verification(PersonRef) -> VerificationView;
            /// Ends a person's lock after wrong entries.
            unlock_verification(PersonRef) -> VerificationView;
            /// Who has a PIN or an authenticator app, and what they lack.
            list_enrolled() -> Vec<EnrolledPerson>;
            /// Who is locked after wrong entries.
            list_locked() -> Vec<LockedPerson>;
            /// Which numbers without an account are locked after wrong entries.
            list_locked_numbers() -> Vec<LockedNumber>;
            /// Ends the lock of a number without an account.
            unlock_number(LockedNumberRef) -> Vec<LockedNumber>;
            /// Takes back a change of people or identities.
            undo_change(UndoChange) -> ();
            /// What the new-message dialog shows next.
            compose_to(ComposeTo) -> ComposeView;
            /// Sends the first text to a number.
            start_conversation(StartConversation) -> ConversationStarted;
            /// All messaging actions, in their order.
            messaging_actions() -> Vec<MessagingActionView>;
            /// What is wrong with a messaging action, by field.
            check_messaging_action(MessagingActionDraft) -> Vec<ActionProblemView>;
            /// Replaces all messaging actions; timers that run follow.
            replace_messaging_actions(ReplaceMessagingActions) -> Vec<MessagingActionView>;
            /// What messaging actions would have done: a page of past conversations; changes nothing.
            rehearse_messaging_actions(RehearseActions) -> RehearsalPage;
            /// Keeps what is chosen and typed in a wrap-up.
            save_wrap_up(SaveWrapUp) -> ();
            /// Ends a wrap-up.
            end_wrap_up(EndWrapUp) -> ConversationView;
            /// What is configured about wrap-up.
            wrap_up_settings() -> WrapUpSettings;
            /// What is wrong with wrap-up settings, by field.
            check_wrap_up_settings(WrapUpSettings) -> Vec<WrapUpProblemView>;
            /// Replaces what is configured about wrap-up.
            save_wrap_up_settings(WrapUpSettings) -> WrapUpSettings;
            /// What a text would cost.
            measure_text(MeasureText) -> TextMeasure;
            /// Keeps what is being typed.
            save_draft(SaveDraft) -> ();
            /// Attaches a picture to the draft.
            attach_picture(AttachPicture) -> DraftView;
            /// Takes a picture off the draft.
            remove_picture(RemovePicture) -> DraftView;
            /// Sends.
            send_message(SendMessage) -> MessageView;
            /// Calls a held text back into the draft.
            undo_send(MessageRef) -> DraftView;
            /// Sends a failed text again, as a new text.
            retry_send(MessageRef) -> MessageView;
            /// Settles an uncertain send.
            settle_uncertain(SettleUncertain) -> MessageView;
            /// Removes the words and pictures of a text for good.
            redact_message(RedactMessage) -> MessageView;
            /// Has the carrier asked again to forget a text.
            retry_wipe(MessageRef) -> MessageView;
            /// What the carrier still has to forget, and whether texts may be removed.
            wipe_state() -> WipeStateView;
            /// How long things are kept, the runs, the holds.
            retention() -> RetentionView;
            /// Wants another policy; nothing goes before somebody agreed.
            update_retention(RetentionAges) -> RetentionView;
            /// What the wanted policy would delete now.
            preview_retention() -> RetentionPreview;
            /// Agrees to exactly that.
            agree_to_retention(AgreeToRetention) -> RetentionView;
            /// Stops the run under way after its batch.
            cancel_retention() -> RetentionView;
            /// Holds on a conversation.
            conversation_holds(ConversationRef) -> HoldsHere;
            /// Holds on a person, and on their conversations.
            person_holds(PersonRef) -> HoldsHere;
            /// Places a hold on a conversation, or on a person.
            place_hold(PlaceHold) -> HoldsHere;
            /// Releases a hold.
            release_hold(ReleaseHold) -> RetentionView;
            /// The team as it is now.
            team() -> TeamView;
            /// Signs another agent in at this desk.
            sign_in(SignIn) -> TeamView;
            /// Sets, changes or takes away an agent's PIN at this desk.
            set_agent_pin(SetPin) -> TeamView;
            /// Enters a presence state.
            choose_presence(ChoosePresence) -> TeamView;
            /// Adds an agent, or changes one.
            save_agent(SaveAgent) -> TeamView;
            /// Takes an agent off the team.
            remove_agent(RemoveAgent) -> TeamView;
            /// Adds a group, or renames one.
            save_group(SaveGroup) -> TeamView;
            /// Removes a group that no queue asks.
            remove_group(GroupRef) -> TeamView;
            /// Work that is offered to the signed-in agent.
            offers() -> Vec<OfferView>;
            /// Says yes or no to an offer.
            answer_offer(AnswerOffer) -> ConversationView;
            /// Hands a conversation on to an agent or a queue.
            transfer_conversation(TransferConversation) -> ConversationView;
            /// Adds an agent to a conversation, or takes one out.
            change_live_group(ChangeLiveGroup) -> ConversationView;
            /// What the signed-in agent has to be told and has not seen yet.
            notices() -> Vec<NoticeView>;
            /// The signed-in agent has seen what they were told.
            see_notices(SeeNotices) -> ();
            /// Calls a transfer back that nobody has accepted yet.
            cancel_transfer(ConversationRef) -> ConversationView;
            /// Why the work of a conversation goes, or does not go, to whom.
            explain_routing(ConversationRef) -> RoutingExplanation;
            /// Queues, rules and reasons for saying no.
            routing_settings() -> RoutingSettings;
            /// Adds a queue, or changes one.
            save_queue(QueueView) -> RoutingSettings;
            /// Removes a queue that nothing waits in.
            remove_queue(RoutingRef) -> RoutingSettings;
            /// Adds an assignment rule, or changes one.
            save_rule(RuleView) -> RoutingSettings;
            /// Removes an assignment rule that no queue uses.
            remove_rule(RoutingRef) -> RoutingSettings;
            /// Adds a reason for saying no, or changes one.
            save_reject_reason(RejectReasonEntry) -> RoutingSettings;
            /// Removes a reason for saying no.
            remove_reject_reason(RoutingRef) -> RoutingSettings;
            /// Adds a presence state, or changes one.
            save_presence_state(PresenceEntry) -> RoutingSettings;
            /// Removes a presence state that nobody is in.
            remove_presence_state(RoutingRef) -> RoutingSettings;
            /// How many conversations each agent has at once.
            save_slots(SaveSlots) -> RoutingSettings;
            /// All topics, and those to start with.
            list_topics() -> TopicList;
            /// A topic as it is edited.
            topic(TopicRef) -> TopicView;
            /// What there is to say about a topic file; keeps nothing.
            check_topic(TopicText) -> TopicCheck;
            /// Keeps a topic's draft.
            save_topic(SaveTopic) -> TopicView;
            /// Adds a topic that Tern brings along, with the tables it needs.
            add_ready_topic(TopicRef) -> TopicView;
            /// Deletes a topic.
            delete_topic(TopicRef) -> TopicList;
            /// Brings back a topic that was deleted since the line was opened.
            restore_topic(TopicRef) -> TopicList;
            /// Lets new conversations run with a topic's draft.
            publish_topic(PublishTopic) -> Published;
            /// Takes a topic away from new conversations.
            unpublish_topic(TopicRef) -> TopicView;
            /// A topic's published versions, newest first.
            topic_versions(TopicRef) -> Vec<TopicVersionRow>;
            /// What is different between two versions of a topic.
            compare_topic(CompareTopic) -> Vec<TopicChange>;
            /// Publishes an old version of a topic again.
            roll_back_topic(TopicVersionRef) -> TopicView;
            /// Everything that a topic can name.
            topic_vocabulary() -> TopicVocabulary;
            /// All tables, in their order.
            list_record_tables() -> Vec<RecordTableView>;
            /// Adds a table, or changes one.
            save_record_table(SaveRecordTable) -> TablesChanged;
            /// Deletes a table with its rows.
            delete_record_table(RecordTableRef) -> TablesChanged;
            /// One page of a table.
            list_rows(ListRows) -> RowPage;
            /// A row as the text that an agent sends.
            row_as_card(RowAsCard) -> CardText;
            /// Adds a row, or changes one.
            save_row(SaveRow) -> RowChanged;
            /// Deletes a row.
            delete_row(RowRef) -> RowChanged;
            /// Brings rows in from a file, or says what that would do.
            import_rows(ImportRows) -> ImportReport;
            /// All notifications, and what they can name.
            list_notifications() -> NotificationsView;
            /// Adds a notification, or changes one.
            save_notification(NotificationDraft) -> NotificationsView;
            /// Deletes a notification.
            delete_notification(NotificationRef) -> NotificationsChanged;
            /// Decides when it is quiet, and how often one person is texted.
            save_notification_settings(NotificationSettingsView) -> NotificationsView;
            /// Says what a notification would come to now.
            preview_notification(PreviewNotification) -> NotificationPreview;
            /// Sends a notification to everybody whom it is for.
            send_notification(SendNotification) -> RunView;
            /// The newest runs of a notification.
            notification_runs(NotificationRef) -> Vec<RunView>;
            /// Pauses a run.
            pause_run(RunRef) -> RunView;
            /// Resumes a run.
            resume_run(RunRef) -> RunView;
            /// A page of what became of a run's recipients.
            run_results(RunResults) -> RunPage;
            /// What became of a run's recipients as a file.
            export_run(RunRef) -> TranscriptFile;
            /// Brings rows in from another system, or says what that would do.
            fill_from_http(FillFromHttp) -> ImportReport;
            /// What the team decided about its virtual agent.
            virtual_agent() -> VirtualAgentView;
            /// Replaces what the team decided about its virtual agent.
            save_virtual_agent(VirtualAgentView) -> VirtualAgentView;
            /// Keeps a secret for requests of topics, or forgets it.
            set_bot_secret(SetBotSecret) -> BotSecrets;
            /// Gives a draft one input, on a handset that is none.
            try_topic(TryTopic) -> TryTurn;
            /// The saved tests of a topic, in their order.
            list_topic_tests(TopicRef) -> Vec<TopicTestView>;
            /// Saves a test, changes its name, or brings a deleted one back.
            save_topic_test(SaveTopicTest) -> Vec<TopicTestView>;
            /// Deletes a test.
            delete_topic_test(TopicTestRef) -> Vec<TopicTestView>;
            /// A trial as a test, not saved yet.
            test_from_run(TestFromRun) -> TopicTestView;
            /// A past conversation as a test, not saved yet, without who it was with.
            test_from_conversation(TestFromConversation) -> TopicTestView;
            /// Runs all tests of a topic against its draft.
            run_topic_tests(RunTopicTests) -> Vec<TestResult>;
            /// Takes what the phone shows now for what it has to show.
            accept_topic_test(AcceptTopicTest) -> Vec<TopicTestView>;
            /// What became of a topic's conversations.
            topic_figures(TopicFiguresOf) -> TopicFigures;
            /// The figures of a period.
            insights(AskInsights) -> Insights;
            /// The conversations behind one of them.
            insights_behind(AskBehind) -> BehindConversations;
            /// Locks the desk.
            lock_app() -> AppStatus;
            /// Opens a locked desk.
            unlock_app(UnlockApp) -> AppStatus;
            /// Draws a secret for the authenticator app of whoever is at the desk, for the lock.
            begin_lock_code(LockProof) -> EnrolmentBegun;
            /// Makes the authenticator app count whose first code is right.
            confirm_lock_code(ConfirmLockCode) -> AppStatus;
            /// Takes the authenticator app of whoever is at the desk away.
            remove_lock_code(LockProof) -> AppLockSettings;
            /// Takes another agent's authenticator app away; for administrators.
            reset_lock_code(ResetLockCode) -> TeamView;
            /// A person did something in the window.
            note_activity() -> ();
            /// What is decided about the lock.
            app_lock_settings() -> AppLockSettings;
            /// Changes what is decided about the lock.
            save_app_lock_settings(SaveAppLockSettings) -> AppLockSettings;
            /// All settings.
            settings() -> Settings;
            /// Replaces all settings.
            update_settings(Settings) -> Settings;
            /// Whether notifications are shown now, and why not.
            notification_state() -> NotificationState;
            /// Shows a notification as the settings have it.
            try_notification() -> NotificationState;
            /// Lets a sound be heard.
            try_sound(TrySound) -> NotificationState;
            /// What the security page shows.
            security() -> SecurityView;
            /// Changes the passphrase.
            change_passphrase(ChangePassphrase) -> ();
            /// Puts everything on disk under a new key.
            rotate_key(RotateKey) -> AppStatus;
            /// Stops replacing the key.
            cancel_rotation() -> ();
            /// Draws a recovery code and shows it once.
            draw_recovery_code(LockProof) -> RecoveryCodeSheet;
            /// Makes the drawn code count.
            confirm_recovery_code(ConfirmRecoveryCode) -> SecurityView;
            /// Takes the recovery code back.
            revoke_recovery_code() -> SecurityView;
            /// Comes in by the recovery code.
            use_recovery_code(UseRecoveryCode) -> AppStatus;
            /// The practice line's phones.
            practice_handsets() -> Vec<Handset>;
            /// Adds a phone.
            practice_add_handset(AddHandset) -> Handset;
            /// What a phone shows.
            practice_texts(HandsetRef) -> Vec<HandsetText>;
            /// Writes a text on a phone.
            practice_text(TextFromHandset) -> ();
            /// Conditions in force.
            practice_conditions() -> PracticeConditions;
            /// Changes the conditions.
            practice_set_conditions(PracticeConditions) -> PracticeConditions;
        }
    };
}
pub(crate) use with_commands;
