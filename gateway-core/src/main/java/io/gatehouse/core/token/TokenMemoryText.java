package io.gatehouse.core.token;

import com.nimbusds.jose.util.JSONObjectUtils;
import io.gatehouse.api.Identity;
import io.gatehouse.core.account.AccountScope;
import io.gatehouse.core.account.NamedAccount;
import io.gatehouse.core.net.Source;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.token.TokenMemory.Ended;
import io.gatehouse.core.token.TokenMemory.Gap;
import io.gatehouse.core.token.TokenMemory.Mark;
import io.gatehouse.core.token.TokenMemory.RevokedUser;
import io.gatehouse.core.token.TokenMemory.Running;
import io.gatehouse.core.token.TokenMemory.Used;
import io.gatehouse.formats.digest.Digests;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@link TokenMemory} as the content of a file: a JSON object a line. The last line has the SHA-256 of those before, so
 * that a file that was cut or changed by accident is noticed.
 */
public final class TokenMemoryText {
    private static final String VERSION = "gatehouse used tokens 1";
    private static final String KIND = "kind";
    private static final String SUM = "sha256 ";
    private static final Duration LONGEST = Duration.ofDays(36500);

    private TokenMemoryText() {}

    /** The content of a file. */
    public static String write(TokenMemory memory) {
        StringBuilder text = new StringBuilder(VERSION).append('\n');
        switch (memory) {
            case Running(String process) -> line(text, "running", "process", process);
            case Ended ended -> {
                line(
                        text,
                        "ended",
                        "began",
                        ended.began().toString(),
                        "saved",
                        ended.saved().toString());
                ended.gaps()
                        .forEach(gap -> line(
                                text,
                                "gap",
                                "from",
                                gap.from().toString(),
                                "until",
                                gap.until().toString()));
                ended.used().forEach(used -> write(text, used));
                ended.spent().forEach(mark -> mark(text, "spent", mark));
                ended.endedSignIns().forEach(mark -> mark(text, "sign-in", mark));
                ended.revokedUsers().forEach(user -> write(text, user));
            }
        }
        String sum = sum(text.toString());
        return text.append(SUM).append(sum).append('\n').toString();
    }

    private static void write(StringBuilder text, Used used) {
        Identity user = used.user();
        line(
                text,
                "used",
                "id",
                used.id(),
                "session",
                used.session(),
                "provider",
                user.provider(),
                "method",
                user.method(),
                "user",
                user.user(),
                "domain",
                user.domain().orElse(""),
                "upn",
                user.upn().orElse(""),
                "source",
                used.source().network().getHostAddress(),
                "issued",
                used.issuedAt().toString(),
                "expires",
                used.expires().toString(),
                "first",
                used.firstUse().toString(),
                "since-first",
                used.sinceFirstUse().toString(),
                "last",
                used.lastEnd().toString(),
                "since-last",
                used.sinceLastEnd().toString(),
                "comebacks",
                used.comebacks(),
                "revoked",
                used.revoked(),
                "timed-out",
                used.timedOut());
    }

    private static void mark(StringBuilder text, String kind, Mark mark) {
        line(text, kind, "id", mark.id(), "left", mark.left().toString());
    }

    private static void write(StringBuilder text, RevokedUser revoked) {
        NamedAccount account = revoked.account().account();
        line(
                text,
                "user",
                "key",
                account.key(),
                "domains",
                List.copyOf(account.domains()),
                "suffixes",
                List.copyOf(account.suffixes()),
                "any-domain",
                account.ofAnyDomain(),
                "provider",
                revoked.account().provider().orElse(""),
                "since",
                revoked.since().toString(),
                "left",
                revoked.left().toString());
    }

    private static void line(StringBuilder text, String kind, Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(KIND, kind);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        text.append(JSONObjectUtils.toJSONString(fields)).append('\n');
    }

    private static String sum(String text) {
        return HexFormat.of().formatHex(Digests.sha256(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Reads what {@link #write} wrote. */
    public static Parsed<TokenMemory> parse(String text) {
        int end = text.lastIndexOf(SUM);
        if (!text.startsWith(VERSION + "\n") || end < 0) {
            return Parsed.faulty(
                    "not a whole file of used tokens (expected \"" + VERSION + "\" to a last line \"" + SUM + "...\")");
        }
        String content = text.substring(0, end);
        if (!text.substring(end).equals(SUM + sum(content) + "\n")) {
            return Parsed.faulty("the SHA-256 in the last line is of another content: the file was cut or changed");
        }
        try {
            return Parsed.valid(read(content.lines().skip(1).toList()));
        } catch (ParseException | DateTimeException | IllegalArgumentException e) {
            return Parsed.faulty("not the lines of used tokens: " + e.getMessage());
        }
    }

    private static TokenMemory read(List<String> lines) throws ParseException {
        Map<String, Object> head = JSONObjectUtils.parse(lines.isEmpty() ? "" : lines.getFirst());
        if (text(head, KIND).equals("running")) {
            return new Running(text(head, "process"));
        }
        List<Gap> gaps = new ArrayList<>();
        List<Used> used = new ArrayList<>();
        List<Mark> spent = new ArrayList<>();
        List<Mark> signIns = new ArrayList<>();
        List<RevokedUser> users = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            Map<String, Object> fields = JSONObjectUtils.parse(line);
            switch (text(fields, KIND)) {
                case "gap" -> gaps.add(new Gap(time(fields, "from"), time(fields, "until")));
                case "used" -> used.add(used(fields));
                case "spent" -> spent.add(mark(fields));
                case "sign-in" -> signIns.add(mark(fields));
                case "user" -> users.add(user(fields));
                default -> throw new ParseException("unknown kind of line", 0);
            }
        }
        return new Ended(time(head, "began"), time(head, "saved"), gaps, used, spent, signIns, users);
    }

    private static Used used(Map<String, Object> fields) throws ParseException {
        Identity user = new Identity(
                text(fields, "provider"),
                text(fields, "method"),
                text(fields, "user"),
                optional(fields, "domain"),
                optional(fields, "upn"),
                Set.of(),
                Set.of(),
                Set.of());
        return new Used(
                text(fields, "id"),
                text(fields, "session"),
                user,
                new Source(InetAddress.ofLiteral(text(fields, "source"))),
                time(fields, "issued"),
                time(fields, "expires"),
                time(fields, "first"),
                duration(fields, "since-first"),
                time(fields, "last"),
                duration(fields, "since-last"),
                JSONObjectUtils.getInt(fields, "comebacks"),
                JSONObjectUtils.getBoolean(fields, "revoked"),
                JSONObjectUtils.getBoolean(fields, "timed-out"));
    }

    private static Mark mark(Map<String, Object> fields) throws ParseException {
        return new Mark(text(fields, "id"), duration(fields, "left"));
    }

    private static RevokedUser user(Map<String, Object> fields) throws ParseException {
        NamedAccount account = new NamedAccount(
                text(fields, "key"),
                texts(fields, "domains"),
                texts(fields, "suffixes"),
                JSONObjectUtils.getBoolean(fields, "any-domain"));
        return new RevokedUser(
                new AccountScope(account, optional(fields, "provider")),
                time(fields, "since"),
                duration(fields, "left"));
    }

    private static String text(Map<String, Object> fields, String name) throws ParseException {
        if (fields.get(name) instanceof String text) {
            return text;
        }
        throw new ParseException("a line without the text " + name, 0);
    }

    private static Optional<String> optional(Map<String, Object> fields, String name) throws ParseException {
        return Optional.of(text(fields, name)).filter(text -> !text.isEmpty());
    }

    private static Set<String> texts(Map<String, Object> fields, String name) throws ParseException {
        if (!(fields.get(name) instanceof List<?> list)) {
            throw new ParseException("a line without the list " + name, 0);
        }
        Set<String> texts = new HashSet<>();
        for (Object each : list) {
            if (!(each instanceof String text)) {
                throw new ParseException("a list " + name + " of other than texts", 0);
            }
            texts.add(text);
        }
        return texts;
    }

    private static Instant time(Map<String, Object> fields, String name) throws ParseException {
        return Instant.parse(text(fields, name));
    }

    private static Duration duration(Map<String, Object> fields, String name) throws ParseException {
        Duration duration = Duration.parse(text(fields, name));
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw new ParseException("the duration " + name + " of a line is out of bounds", 0);
        }
        return duration;
    }
}
