package io.gatehouse.jetty.portal;

import io.gatehouse.api.Identity;
import io.gatehouse.core.approval.ApprovalQuestion;
import io.gatehouse.core.approval.ApprovalReply;
import io.gatehouse.core.approval.ApprovalVerdict;
import io.gatehouse.core.approval.Approvals;
import io.gatehouse.core.audit.AuditEvent;
import io.gatehouse.core.audit.AuditEvent.ApprovalStep;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.policy.ApprovalTerms.Shortfall;
import io.gatehouse.core.policy.WithoutNumber;
import io.gatehouse.core.portal.PortalSession;
import io.gatehouse.core.text.AccountNames;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
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
        ApprovalViews.Questions view = new ApprovalViews.Questions(
                cards(exchange, session, approvals.questionsFor(user)),
                cards(exchange, session, approvals.questionsAbout(user)),
                done,
                problem);
        exchange.html(status, renderer.page(exchange, "approvals", "approvals.title", Optional.of(session), view));
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
                AccountNames.key(question.user()).equals(AccountNames.key(session.identity())),
                ShownText.of(question.user().displayName()),
                ShownText.of(question.user().method()),
                AddressLiteral.text(question.source()),
                shown(question.clientNames()),
                shown(question.targets()),
                ShownText.of(question.rule()),
                ShownText.of(question.terms().scope()),
                age(messages, question),
                messages.span(question.terms().lasts()),
                question.numbers(),
                question.terms().withoutNumber() == WithoutNumber.REFUSE,
                question.waiting(),
                question.terms().shortfall(session.identity()).map(what -> lacking(session, what)));
    }

    /** In minutes: the page would change under the pointer otherwise. */
    private String age(Messages messages, ApprovalQuestion question) {
        Duration age = Duration.between(question.askedAt(), services.clock().instant());
        return age.toMinutes() < 1
                ? messages.text("approvals.since.now")
                : messages.text("approvals.since.text", messages.span(age));
    }

    private static String shown(List<String> texts) {
        return texts.stream().map(ShownText::of).collect(Collectors.joining(", "));
    }

    private String lacking(PortalSession session, Shortfall what) {
        return switch (what) {
            case METHOD -> "approvals.lacks.method";
            case MULTI_FACTOR -> stepUp.isPossible(session) ? "approvals.lacks.code" : "approvals.lacks.factor";
        };
    }

    /** The form with an answer. */
    void answer(PortalExchange exchange, PortalSession session) {
        Optional<ApprovalReply> reply = exchange.parameter("reply").flatMap(ApprovalPages::reply);
        if (reply.isEmpty()) {
            exchange.refuse(400, "an answer that no page of this site sends");
            return;
        }
        accounts.user(exchange, session)
                .ifPresent(user -> answer(
                        exchange, session, user, exchange.parameter("question").orElse(""), reply.get()));
    }

    private static Optional<ApprovalReply> reply(String text) {
        return switch (text) {
            case "none" -> Optional.of(new ApprovalReply.NoNumber());
            case "refuse" -> Optional.of(new ApprovalReply.Refuse());
            case "not-me" -> Optional.of(new ApprovalReply.NotMe());
            default ->
                text.matches("[0-9]{2}")
                        ? Optional.of(new ApprovalReply.Shown(Integer.parseInt(text)))
                        : Optional.empty();
        };
    }

    private void answer(PortalExchange exchange, PortalSession session, Identity user, String id, ApprovalReply reply) {
        switch (approvals.answer(id, user, reply)) {
            case ApprovalVerdict.Given(ApprovalQuestion question) -> {
                String how = reply instanceof ApprovalReply.NoNumber ? "the client showed no number" : "";
                tell(exchange, user, ApprovalStep.GIVEN, question, how);
                exchange.redirect(PortalPath.APPROVALS.path() + "?answer=given");
            }
            case ApprovalVerdict.Refused(ApprovalQuestion question, String why) -> {
                boolean notMe = reply instanceof ApprovalReply.NotMe;
                tell(exchange, user, notMe ? ApprovalStep.NOT_ME : ApprovalStep.REFUSED, question, why);
                exchange.redirect(PortalPath.APPROVALS.path() + "?answer=refused");
            }
            case ApprovalVerdict.NotEntitled(ApprovalQuestion question, String why) -> {
                tell(exchange, user, ApprovalStep.DENIED, question, why);
                show(exchange, session, 403, Optional.empty(), Optional.of("approvals.denied"));
            }
            case ApprovalVerdict.SignInLacks(ApprovalQuestion question, Shortfall what) ->
                lacks(exchange, session, user, question, what);
            case ApprovalVerdict.Gone() -> {
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
                                        "no such question is open: it was answered, its time is over, or its client went away"));
                show(exchange, session, 409, Optional.empty(), Optional.of("approvals.gone"));
            }
        }
    }

    private void lacks(
            PortalExchange exchange, PortalSession session, Identity user, ApprovalQuestion question, Shortfall what) {
        if (what == Shortfall.MULTI_FACTOR && stepUp.isPossible(session)) {
            exchange.redirect(PortalPath.SECOND_FACTOR.path() + "?return_to="
                    + URLEncoder.encode(PortalPath.APPROVALS.path(), StandardCharsets.UTF_8));
            return;
        }
        String why = switch (what) {
            case METHOD -> "signed in by " + user.method() + " (expected one of the approval-methods of the rule)";
            case MULTI_FACTOR -> "signed in without a second factor (approval-mfa)";
        };
        tell(exchange, user, ApprovalStep.DENIED, question, why);
        show(exchange, session, 403, Optional.empty(), Optional.of(lacking(session, what)));
    }

    private void tell(
            PortalExchange exchange, Identity user, ApprovalStep what, ApprovalQuestion question, String detail) {
        services.audit()
                .record(new AuditEvent.Approval(
                        exchange.origin(),
                        user,
                        what,
                        Optional.of(question.user().displayName()),
                        question.id(),
                        question.rule(),
                        question.targets().stream().findFirst(),
                        detail));
    }
}
