package io.gatehouse.jetty.portal;

import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.session.Session;
import io.gatehouse.core.tsgu.Capability;
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

    /** A moment on a page, in UTC, to the second. */
    static String time(Instant time) {
        return TIME.format(time) + " UTC";
    }

    /**
     * A session as the list shows it, and as its own page does.
     *
     * @param account the name of the user's account in forms; empty when no name means just this one
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
                    time(session.since()),
                    messages.span(Duration.between(session.since(), now)),
                    messages.span(session.idle()),
                    messages.bytes(session.bytesToTarget()),
                    messages.bytes(session.bytesToClient()),
                    ShownText.of(session.correlationId()));
        }

        private static String signIn(Session session) {
            String proofs =
                    session.user().proofs().stream().map(Row::word).sorted().collect(Collectors.joining(", "));
            return session.user().method() + (proofs.isEmpty() ? "" : " (" + proofs + ")");
        }

        private static String word(Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
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
     * @param matched how many there are with this filter
     * @param filter the values of its fields, by name
     * @param orders the names of all orders
     * @param problem what is wrong with the filter
     * @param next the link to the next page
     * @param isFirst whether this is the first page
     * @param drain since when and by whom, while the gateway takes no new sessions
     * @param facts of the gateway, in one line
     */
    public record Sessions(
            List<Row> rows,
            int matched,
            Map<String, String> filter,
            List<String> orders,
            Optional<String> problem,
            Optional<String> next,
            boolean isFirst,
            Optional<String> drain,
            String facts,
            Optional<Notice> notice,
            Can can) {
        /** The value of a field of the filter. */
        public String filter(String field) {
            return filter.getOrDefault(field, "");
        }
    }

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
    public record Blocked(String name, boolean isNamed, String until, String left, String by, String reason) {}

    /** The page of users. */
    public record Users(List<Blocked> blocked, Optional<Notice> notice, Can can) {}

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

    /** A page with one text, and a way on: a link, or a form that brings the user back here. */
    public record Message(String text, String link, String label, boolean isForm) {}
}
