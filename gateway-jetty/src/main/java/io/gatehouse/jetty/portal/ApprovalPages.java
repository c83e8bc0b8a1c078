package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.approval.ApprovalQuestion;
import io.gatehouse.core.approval.ApprovalReply;
import io.gatehouse.core.approval.ApprovalVerdict;
import io.gatehouse.core.approval.Approvals;
import io.gatehouse.core.approval.QuestionPage;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditEvent.ApprovalHow;
import io.gatehouse.core.audit.AuditEvent.ApprovalStep;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.policy.ApprovalTerms.Shortfall;
import io.gatehouse.core.policy.WithoutNumber;
import io.gatehouse.core.portal.PortalSession;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Connections that wait for an approval, and the answers to them. What an answer may do is decided by {@link
 * Approvals}; each one leaves an audit line.
 */
final class ApprovalPages {
    /** What the page says after an answer; nothing else can be put on it by a link. */
    private static final Set<String> DONE = Set.of("given", "refused");

    /** Questions on one page; it is asked for again every few seconds. */
    private static final int PAGE = 20;

    private final PortalServices services;
    private final Approvals approvals;
    private final Renderer renderer;
    private final CurrentAccounts accounts;
    private final StepUp stepUp;

    ApprovalPages(PortalServices services, Renderer renderer) {
        this.services = services;
        this.approvals = services.approvals();
        this.renderer = renderer;
        this.accounts = new CurrentAccounts(services);
        this.stepUp = new StepUp(services);
    }

    /** The questions; the page asks for itself again while it is open. */
    void show(PortalExchange exchange, PortalSession session) {
        Optional<String> done =
                exchange.parameter("answer").filter(DONE::contains).map(word -> "approvals." + word);
        show(exchange, session, 200, done, Optional.empty());
    }

    private void show(
            PortalExchange exchange,
            PortalSession session,
            int status,
            Optional<String> done,
            Optional<String> problem) {
        Identity user = session.identity();
        QuestionPage asked = asked(exchange, user);
        QuestionPage elsewhere = approvals.questionsAbout(user, PAGE);
        ApprovalViews.Questions view = new ApprovalViews.Questions(
                cards(exchange, session, asked.questions()),
                pages(asked),
                cards(exchange, session, elsewhere.questions()),
                elsewhere.more(),
                done,
                problem);
        exchange.html(status, renderer.page(exchange, "approvals", "approvals.title", Optional.of(session), view));
    }

    /** The part of the questions that the link asks for, or the last one when there are fewer by now. */
    private QuestionPage asked(PortalExchange exchange, Identity user) {
        int number = Pages.number(exchange, "page");
        QuestionPage found = approvals.questionsFor(user, (number - 1) * PAGE, PAGE);
        return found.questions().isEmpty() && found.all() > 0
                ? approvals.questionsFor(user, (found.all() - 1) / PAGE * PAGE, PAGE)
                : found;
    }

    private static Pages pages(QuestionPage asked) {
        return Pages.of(asked.from(), asked.questions().size(), asked.all(), PAGE, ApprovalPages::link);
    }

    private static String link(int page) {
        return PortalPath.APPROVALS.path() + "?page=" + page;
    }

    private List<ApprovalViews.Card> cards(
            PortalExchange exchange, PortalSession session, List<ApprovalQuestion> questions) {
        return questions.stream()
                .map(question -> card(exchange.messages(), session, question))
                .toList();
    }

    private ApprovalViews.Card card(Messages messages, PortalSession session, ApprovalQuestion question) {
        return new ApprovalViews.Card(
                question.id(),
                question.terms().isOwn(session.identity(), question.user()),
                ShownText.of(question.user().displayName()),
                ShownText.of(question.user().method()),
                AddressLiteral.text(question.source()),
                question.clients(),
                question.toldLater(),
                question.joins(),
                question.disowned(),
                names(question.clientNames()),
                targets(messages, question),
                ShownText.of(question.rule()),
                ShownText.of(question.terms().scope()),
                age(messages, question),
                messages.span(question.terms().lasts()),
                question.numbers(),
                question.terms().withoutNumber() == WithoutNumber.REFUSE,
                question.terms().shortfall(session.identity()).map(what -> lacking(session, what)));
    }

    /** In minutes: the page would change under the pointer otherwise. */
    private String age(Messages messages, ApprovalQuestion question) {
        Duration age = Duration.between(question.askedAt(), services.clock().instant());
        return age.toMinutes() < 1
                ? messages.text("approvals.since.now")
                : messages.text("approvals.since.text", messages.span(age));
    }

    /** Each name once, with how many clients have it. */
    private static String names(List<String> names) {
        Map<String, Long> each =
                names.stream().collect(Collectors.groupingBy(ShownText::of, LinkedHashMap::new, Collectors.counting()));
        return each.entrySet().stream()
                .map(name -> name.getValue() == 1 ? name.getKey() : name.getKey() + " (" + name.getValue() + " ×)")
                .collect(Collectors.joining(", "));
    }

    private static String targets(Messages messages, ApprovalQuestion question) {
        String shown = question.targets().stream().map(ShownText::of).collect(Collectors.joining(", "));
        return question.moreTargets() == 0
                ? shown
                : messages.text("approvals.target.more", shown, question.moreTargets());
    }

    private String lacking(PortalSession session, Shortfall what) {
        return switch (what) {
            case METHOD -> "approvals.lacks.method";
            case MULTI_FACTOR -> stepUp.isPossible(session) ? "approvals.lacks.code" : "approvals.lacks.factor";
        };
    }

    /** The form with an answer. */
    void answer(PortalExchange exchange, PortalSession session) {
        boolean confirmed = exchange.parameter("sure").filter("yes"::equals).isPresent();
        Optional<ApprovalReply> reply = exchange.parameter("reply").flatMap(text -> reply(text, confirmed));
        if (reply.isEmpty()) {
            exchange.refuse(400, "an answer that no page of this site sends");
            return;
        }
        accounts.user(exchange, session)
                .ifPresent(user -> answer(
                        exchange, session, user, exchange.parameter("question").orElse(""), reply.get()));
    }

    private static Optional<ApprovalReply> reply(String text, boolean confirmed) {
        return switch (text) {
            case "none" -> Optional.of(new ApprovalReply.NoNumber(confirmed));
            case "refuse" -> Optional.of(new ApprovalReply.Refuse());
            case "not-me" -> Optional.of(new ApprovalReply.NotMe());
            default ->
                text.matches("[0-9]{2}")
                        ? Optional.of(new ApprovalReply.Shown(Integer.parseInt(text)))
                        : Optional.empty();
        };
    }

    private void answer(PortalExchange exchange, PortalSession session, Identity user, String id, ApprovalReply reply) {
        int seen = exchange.parameter("seen")
                .filter(text -> text.matches("[0-9]{1,9}"))
                .map(Integer::parseInt)
                .orElse(0);
        switch (approvals.answer(id, user, reply, seen, verdict -> tell(exchange, user, id, reply, verdict))) {
            case ApprovalVerdict.Given _ -> exchange.redirect(PortalPath.APPROVALS.path() + "?answer=given");
            case ApprovalVerdict.Refused _ -> exchange.redirect(PortalPath.APPROVALS.path() + "?answer=refused");
            case ApprovalVerdict.NotEntitled _ ->
                show(exchange, session, 403, Optional.empty(), Optional.of("approvals.denied"));
            case ApprovalVerdict.SignInLacks(var _, Shortfall what) -> lacks(exchange, session, what);
            case ApprovalVerdict.Disowned _ ->
                show(exchange, session, 200, Optional.of("approvals.disowned.done"), Optional.empty());
            case ApprovalVerdict.Joined _ ->
                show(exchange, session, 409, Optional.empty(), Optional.of("approvals.joined"));
            case ApprovalVerdict.ConfirmationLacks(ApprovalQuestion question) -> {
                boolean again =
                        exchange.parameter("step").filter("confirm"::equals).isPresent();
                ApprovalViews.Confirmation view =
                        new ApprovalViews.Confirmation(card(exchange.messages(), session, question), again);
                exchange.html(
                        again ? 400 : 200,
                        renderer.page(
                                exchange, "approval-confirm", "approvals.confirm.title", Optional.of(session), view));
            }
            case ApprovalVerdict.Gone() ->
                show(exchange, session, 409, Optional.empty(), Optional.of("approvals.gone"));
        }
    }

    private void lacks(PortalExchange exchange, PortalSession session, Shortfall what) {
        if (what == Shortfall.MULTI_FACTOR && stepUp.isPossible(session)) {
            exchange.redirect(PortalPath.SECOND_FACTOR.path() + "?return_to="
                    + URLEncoder.encode(PortalPath.APPROVALS.path(), StandardCharsets.UTF_8));
            return;
        }
        show(exchange, session, 403, Optional.empty(), Optional.of(lacking(session, what)));
    }

    /** Writes what comes of an answer; what only leads to the second step is none. */
    private void tell(PortalExchange exchange, Identity user, String id, ApprovalReply reply, ApprovalVerdict verdict) {
        switch (verdict) {
            case ApprovalVerdict.Given(ApprovalQuestion question) ->
                tell(exchange, user, ApprovalStep.GIVEN, question, Optional.of(how(reply)), "");
            case ApprovalVerdict.Refused(ApprovalQuestion question, String why) -> {
                boolean notMe = reply instanceof ApprovalReply.NotMe;
                tell(exchange, user, notMe ? ApprovalStep.NOT_ME : ApprovalStep.REFUSED, question, why);
            }
            case ApprovalVerdict.NotEntitled(ApprovalQuestion question, String why) ->
                tell(exchange, user, ApprovalStep.DENIED, question, why);
            case ApprovalVerdict.SignInLacks(ApprovalQuestion question, Shortfall what) -> {
                String why = switch (what) {
                    case METHOD ->
                        "signed in by " + user.method() + " (expected one of the approval-methods of the rule)";
                    case MULTI_FACTOR -> "signed in without a second factor (approval-mfa)";
                };
                tell(exchange, user, ApprovalStep.DENIED, question, why);
            }
            case ApprovalVerdict.Disowned(ApprovalQuestion question, String why) ->
                tell(exchange, user, ApprovalStep.NOT_ME, question, why);
            case ApprovalVerdict.Joined(ApprovalQuestion question) -> {
                String why = "another connection came while the approver read; " + question.joins() + " so far";
                tell(exchange, user, ApprovalStep.DENIED, question, why);
            }
            case ApprovalVerdict.ConfirmationLacks _ -> {}
            case ApprovalVerdict.Gone() ->
                services.audit()
                        .record(
                                new AuditEvent.Approval(
                                        exchange.origin(),
                                        user,
                                        ApprovalStep.DENIED,
                                        Optional.empty(),
                                        ShownText.of(id),
                                        "",
                                        Optional.empty(),
                                        Optional.empty(),
                                        "no such question is open: it was answered, its time is over, or its client went away"));
        }
    }

    private static ApprovalHow how(ApprovalReply reply) {
        return reply instanceof ApprovalReply.NoNumber ? ApprovalHow.WITHOUT_NUMBER : ApprovalHow.NUMBER;
    }

    private void tell(
            PortalExchange exchange, Identity user, ApprovalStep what, ApprovalQuestion question, String detail) {
        tell(exchange, user, what, question, Optional.empty(), detail);
    }

    private void tell(
            PortalExchange exchange,
            Identity user,
            ApprovalStep what,
            ApprovalQuestion question,
            Optional<ApprovalHow> how,
            String detail) {
        services.audit()
                .record(new AuditEvent.Approval(
                        exchange.origin(),
                        user,
                        what,
                        Optional.of(question.user().displayName()),
                        question.id(),
                        question.rule(),
                        question.onlyTarget(),
                        how,
                        several(question, detail)));
    }

    /** An approval of several desktops says so: the line has a field for one. */
    private static String several(ApprovalQuestion question, String detail) {
        if (question.targets().size() < 2) {
            return detail;
        }
        String all = "desktops: " + String.join(", ", question.targets())
                + (question.moreTargets() == 0 ? "" : " and " + question.moreTargets() + " more");
        return detail.isEmpty() ? all : detail + "; " + all;
    }
}
