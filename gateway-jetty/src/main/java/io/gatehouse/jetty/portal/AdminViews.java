package io.gatehouse.jetty.portal;

import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.session.GivenApproval;
import io.gatehouse.core.session.Session;
import io.gatehouse.core.tsgu.Capability;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The models of the templates of the admin area. What strangers said is {@link ShownText} in them. */
public final class AdminViews {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private AdminViews() {}

    private static String inLinks(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** A moment on a page, in UTC, to the second. */
    static String time(Instant time) {
        return TIME.format(time) + " UTC";
    }

    /**
     * A session as the list shows it, and as its own page does.
     *
     * @param account the name of the user's account in forms; empty when no name means just this one
     * @param approval who approved it, when and how, where its rule asks for that
     * @param since a moment
     * @param age the time since then
     */
    public record Row(
            String id,
            String user,
            Optional<String> account,
            String signIn,
            String client,
            String address,
            String userAgent,
            String capabilities,
            boolean takesMessages,
            String transport,
            String target,
            String targetAddress,
            String rule,
            Optional<String> approval,
            String since,
            String age,
            String idle,
            String sent,
            String received,
            String correlation) {
        static Row of(Session session, Optional<String> account, Messages messages, Instant now) {
            Session.Client client = session.client();
            return new Row(
                    session.id(),
                    ShownText.of(session.user().displayName()),
                    account,
                    signIn(session),
                    ShownText.of(client.name().filter(name -> !name.isBlank()).orElse("—")),
                    AddressLiteral.text(client.address()),
                    ShownText.of(client.userAgent().orElse("—")),
                    Arrays.stream(Capability.values())
                            .filter(each -> each.in(client.offered()))
                            .map(each -> word(each))
                            .sorted()
                            .collect(Collectors.joining(", ")),
                    client.showsMessages(),
                    session.transport(),
                    ShownText.of(session.target().toString().replaceFirst(":3389$", "")),
                    AddressLiteral.text(session.address()),
                    ShownText.of(session.rule()),
                    session.approval().map(approval -> approval(approval, messages)),
                    time(session.since()),
                    messages.span(Duration.between(session.since(), now)),
                    messages.span(session.idle()),
                    messages.bytes(session.bytesToTarget()),
                    messages.bytes(session.bytesToClient()),
                    ShownText.of(session.correlationId()));
        }

        private static String approval(GivenApproval approval, Messages messages) {
            return messages.text(
                    approval.withNumber() ? "admin.approved.number" : "admin.approved.without",
                    ShownText.of(approval.by()),
                    time(approval.at()));
        }

        private static String signIn(Session session) {
            String proofs =
                    session.user().proofs().stream().map(Row::word).sorted().collect(Collectors.joining(", "));
            return session.user().method() + (proofs.isEmpty() ? "" : " (" + proofs + ")");
        }

        private static String word(Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /** The user's account as the value of a parameter in a link; only where there is one. */
        public String accountInLinks() {
            return inLinks(account.orElseThrow());
        }

        /** The method alone. */
        public String method() {
            int space = signIn.indexOf(' ');
            return space < 0 ? signIn : signIn.substring(0, space);
        }
    }

    /**
     * The list of sessions.
     *
     * @param orders the names of all orders
     * @param drain since when and by whom, while the gateway takes no new sessions
     * @param certificate why a new TLS certificate is not in force, or could not be had
     * @param facts of the gateway, in one line
     * @param approvals connections that wait for somebody's approval, the oldest first
     * @param moreApprovals how many more there are
     */
    public record Sessions(
            AdminList<Row> list,
            List<String> orders,
            Optional<String> drain,
            Optional<String> certificate,
            String facts,
            List<Pending> approvals,
            int moreApprovals,
            Optional<Notice> notice,
            Can can) {}

    /**
     * A connection that waits for an approval.
     *
     * @param by who may approve it
     */
    public record Pending(
            String user, String client, String address, String target, String rule, String by, String age) {}

    /** What the user's role allows. */
    public record Can(boolean operate, boolean administer) {}

    /**
     * What the last action did.
     *
     * @param text in the user's language
     * @param detail in English, as in the audit log; may be empty
     */
    public record Notice(String text, String detail) {}

    /** The page of one session. */
    public record OneSession(Row row, Can can) {}

    /** A user who is kept out. */
    public record Blocked(String name, boolean isNamed, String until, String left, String by, String reason) {
        /** The name as the value of a parameter in a link. */
        public String nameInLinks() {
            return inLinks(name);
        }
    }

    /** The page of users. */
    public record Users(List<Blocked> blocked, Optional<Notice> notice, Can can, boolean factors) {}

    /**
     * A temporary grant.
     *
     * @param title of the desktop
     * @param left the time until its end; empty when that is over
     * @param state what it is good for, in the user's language
     * @param sessions where its sessions are listed
     */
    public record Granted(
            String id,
            String account,
            String title,
            String target,
            String until,
            String left,
            String by,
            String reason,
            String state,
            String sessions) {}

    /**
     * A request that waits for an answer.
     *
     * @param time for how long it asks
     * @param age since when it waits
     */
    public record Requested(String account, String title, String target, String time, String age, String reason) {}

    /**
     * The page of temporary grants.
     *
     * @param pages where the grants are among all of them
     * @param requestPages where the requests are among all of them
     * @param revokes whether the user's role allows to end them
     */
    public record Grants(
            ListFilter filter,
            List<Granted> granted,
            Pages pages,
            List<Requested> requested,
            Pages requestPages,
            Optional<Notice> notice,
            boolean revokes) {}

    /**
     * A device ticket.
     *
     * @param user whose
     * @param provider of the user's account
     * @param device what the user calls the device
     * @param used when and from where it opened the desktop last, in the user's language
     */
    public record Ticket(
            String id,
            String user,
            String provider,
            String device,
            String desktop,
            String target,
            String made,
            String expires,
            String used) {}

    /**
     * A page of device tickets.
     *
     * @param revokes whether the user's role allows to revoke them
     */
    public record Tickets(AdminList<Ticket> list, Optional<Notice> notice, boolean revokes) {}

    /**
     * A question before something is done.
     *
     * @param action its operation
     * @param facts what it is about: a name and a value each
     * @param fields what can be added
     * @param values of the fields, as they were sent before
     * @param problem why it was not done, in English
     * @param back where it is called off
     */
    public record Question(
            String action,
            boolean isDangerous,
            List<List<String>> facts,
            List<String> fields,
            Map<String, String> values,
            String confirmation,
            Optional<String> problem,
            String back) {
        /** The value of a field. */
        public String value(String field) {
            return values.getOrDefault(field, "");
        }
    }

    /**
     * An audit event.
     *
     * @param detail why, or what it was about
     * @param line all of it, as JSON
     * @param stage how far an attempt came, by its key
     * @param code the error that the client was told, or the kind of failure; may be empty
     * @param help where that is explained, if the configuration says where the documentation is
     */
    public record Event(
            String time,
            String action,
            boolean isFailure,
            String user,
            String source,
            String target,
            String detail,
            String correlation,
            String line,
            String stage,
            String code,
            Optional<String> help) {
        /** The correlation id as the value of a parameter in a link. */
        public String correlationInLinks() {
            return inLinks(correlation);
        }
    }

    /**
     * The audit trail, or the failures of it.
     *
     * @param matched how many there are with this filter
     * @param actions that can be filtered for
     * @param next the link to older ones
     * @param file where all events are
     */
    public record Events(
            List<Event> events,
            int matched,
            int most,
            ListFilter filter,
            List<String> actions,
            Optional<String> problem,
            Optional<String> next,
            String file) {}

    /**
     * A chart.
     *
     * @param key of its title and its legend
     * @param most what its upper edge stands for
     * @param last the last value of each line
     * @param area the path of the area below the first line
     * @param lines the path of each line
     */
    public record Picture(String key, String most, List<String> last, String area, List<String> lines) {}

    /**
     * The page of charts.
     *
     * @param isDay whether they show a day, and not an hour
     * @param from the time at their left edge
     * @param to the time at their right edge
     * @param rows the same as numbers
     */
    public record Activity(boolean isDay, List<Picture> pictures, String from, String to, List<List<String>> rows) {}

    /**
     * An access rule in words.
     *
     * @param facts a name and a text each
     */
    public record RuleFacts(String name, boolean allows, List<List<String>> facts) {}

    /**
     * A rule on the way to a decision.
     *
     * @param state {@code decides}, {@code doubts} (it denies, and it is not known whether it is for the user), {@code
     *     passed} over, or {@code unknown}: it is not known whether it applies
     * @param why it was passed over
     */
    public record Step(String rule, boolean allows, String state, String why) {
        /** Whether it was passed over. */
        public boolean isPassedOver() {
            return !state.equals("decides") && !state.equals("doubts");
        }
    }

    /**
     * An answer of the access rules.
     *
     * @param who with groups
     * @param verdict {@code allowed}, {@code denied} or {@code unresolved}; {@code depends-allowed} and {@code
     *     depends-denied} if something may decide otherwise that is not known
     */
    public record Explanation(String who, String verdict, List<Step> steps, String detail) {}

    /** The page of access rules. */
    public record Rules(
            List<RuleFacts> rules,
            Map<String, String> fields,
            Optional<String> problem,
            Optional<Explanation> explanation) {
        /** The value of a field of the form. */
        public String field(String name) {
            return fields.getOrDefault(name, "");
        }
    }

    /** A page with one text, and a way on: a link, or a form that brings the user back here. */
    public record Message(String text, String link, String label, boolean isForm) {}
}
