package io.gatehouse.core.grant;

import io.gatehouse.api.Identity;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.CountedLines;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.formats.text.PrintableText;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Requests and grants as counted lines of a file, one a line, their fields separated by tabs. What is read is as strict
 * as what is written: a file that somebody changed by hand is refused as a whole.
 */
final class GrantText {
    /** What the id of a request or grant looks like. */
    static final String ID = "[0-9a-f]{10}";

    private static final String WHAT = "gatehouse grants";
    private static final String GRANT = "grant";
    private static final String REQUEST = "request";
    private static final String IN_USE = "in-use";
    private static final int FIELDS_OF_A_GRANT = 11;
    private static final int FIELDS_OF_A_REQUEST = 15;

    private static final int HIGHEST_PORT = 65535;

    private GrantText() {}

    /**
     * What a file has.
     *
     * @param inUse ids of grants for one session that have it
     */
    record Content(List<TemporaryGrant> grants, List<AccessRequest> requests, Set<String> inUse) {
        Content {
            grants = List.copyOf(grants);
            requests = List.copyOf(requests);
            inUse = Set.copyOf(inUse);
        }
    }

    static String of(Content content) {
        StringBuilder text = new StringBuilder();
        for (TemporaryGrant grant : content.grants()) {
            line(
                    text,
                    GRANT,
                    grant.id(),
                    grant.since().toString(),
                    grant.until().toString(),
                    content.inUse().contains(grant.id()) ? IN_USE : String.valueOf(grant.once()),
                    grant.account(),
                    grant.desktop(),
                    grant.target().host(),
                    String.valueOf(grant.target().port()),
                    grant.by(),
                    grant.reason());
        }
        for (AccessRequest request : content.requests()) {
            Identity asker = request.asker();
            line(
                    text,
                    REQUEST,
                    request.id(),
                    request.at().toString(),
                    request.duration().toString(),
                    asker.domain().orElse("") + "\\" + asker.user(),
                    asker.provider(),
                    asker.method(),
                    asker.upn().orElse(""),
                    list(asker.groups()),
                    list(asker.sids()),
                    list(claims(asker)),
                    request.desktop(),
                    request.target().host(),
                    String.valueOf(request.target().port()),
                    request.reason());
        }
        return CountedLines.write(WHAT, text.toString());
    }

    private static void line(StringBuilder text, String... fields) {
        text.append(Arrays.stream(fields).map(field -> escaped(field, "")).collect(Collectors.joining("\t")))
                .append('\n');
    }

    /** Each value with the name of its claim in front. */
    private static List<String> claims(Identity asker) {
        return asker.claims().entrySet().stream()
                .flatMap(claim -> claim.getValue().stream().map(value -> claim.getKey() + "=" + value))
                .toList();
    }

    private static Map<String, Set<String>> claims(String list) {
        return names(list).stream()
                .map(claim -> claim.split("=", 2))
                .collect(Collectors.groupingBy(
                        claim -> claim[0], Collectors.mapping(claim -> claim[claim.length - 1], Collectors.toSet())));
    }

    private static String list(Collection<String> names) {
        return names.stream().sorted().map(name -> escaped(name, ",")).collect(Collectors.joining(","));
    }

    private static Set<String> names(String list) {
        return list.isEmpty()
                ? Set.of()
                : Arrays.stream(list.split(",")).map(GrantText::unescaped).collect(Collectors.toSet());
    }

    /** Names come from back ends, which may send any character: those that would break a line are written as %XX. */
    private static String escaped(String text, String also) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(character -> {
            if (PrintableText.isPrintable(character) && character != '%' && also.indexOf(character) < 0) {
                escaped.appendCodePoint(character);
            } else {
                for (byte each : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
                    escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits(each));
                }
            }
        });
        return escaped.toString();
    }

    private static String unescaped(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Reads what {@link #of} wrote. */
    static Parsed<Content> parse(String text) {
        return CountedLines.parse(WHAT, text, GrantText::read);
    }

    private static Parsed<Content> read(String text) {
        List<TemporaryGrant> grants = new ArrayList<>();
        List<AccessRequest> requests = new ArrayList<>();
        Set<String> inUse = new HashSet<>();
        Set<String> ids = new HashSet<>();
        int number = 0;
        if (!text.isEmpty() && !text.endsWith("\n")) {
            return Parsed.faulty("the last line is cut off (expected a line feed at its end)");
        }
        for (String line : text.split("\n", -1)) {
            number++;
            if (line.isEmpty()) {
                continue;
            }
            String[] fields = line.split("\t", -1);
            Optional<AccessEntry> entry = entry(fields);
            if (entry.isEmpty() || !ids.add(entry.get().id())) {
                return Parsed.faulty(
                        "line " + number + " (expected a grant or a request, its fields separated by tabs)");
            }
            switch (entry.get()) {
                case TemporaryGrant grant -> grants.add(grant);
                case AccessRequest request -> requests.add(request);
            }
            if (fields[0].equals(GRANT) && fields[4].equals(IN_USE)) {
                inUse.add(entry.get().id());
            }
        }
        return Parsed.valid(new Content(grants, requests, inUse));
    }

    private static Optional<AccessEntry> entry(String[] written) {
        if (!Arrays.stream(written).allMatch(PrintableText::isPrintable)) {
            return Optional.empty();
        }
        try {
            String[] fields = Arrays.stream(written).map(GrantText::unescaped).toArray(String[]::new);
            if (fields[0].equals(GRANT) && fields.length == FIELDS_OF_A_GRANT) {
                return Optional.of(grant(fields)).filter(GrantText::isSound);
            }
            if (fields[0].equals(REQUEST) && fields.length == FIELDS_OF_A_REQUEST) {
                return Optional.of(request(fields)).filter(GrantText::isSound);
            }
            return Optional.empty();
        } catch (DateTimeException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static boolean isSound(AccessEntry entry) {
        return entry.id().matches(ID)
                && entry.account().indexOf('\\') >= 0
                && !entry.account().endsWith("\\")
                && TargetName.parse(entry.target().host()) instanceof Parsed.Valid<TargetName>;
    }

    private static AccessEntry grant(String[] fields) {
        if (!List.of(IN_USE, "true", "false").contains(fields[4])) {
            throw new IllegalArgumentException(fields[4]);
        }
        return new TemporaryGrant(
                fields[1],
                fields[5],
                fields[6],
                target(fields[7], fields[8]),
                fields[10],
                Instant.parse(fields[2]),
                Instant.parse(fields[3]),
                !fields[4].equals("false"),
                fields[9]);
    }

    private static AccessEntry request(String[] fields) {
        int backslash = fields[4].indexOf('\\');
        Set<String> groups = names(fields[8]);
        Identity asker = new Identity(
                        fields[5],
                        fields[6],
                        fields[4].substring(backslash + 1),
                        Optional.of(fields[4].substring(0, Math.max(0, backslash)))
                                .filter(domain -> !domain.isEmpty()),
                        Optional.of(fields[7]).filter(upn -> !upn.isEmpty()),
                        Set.of(),
                        Set.of(),
                        Set.of())
                .withGroupsAsInRules(groups)
                .withGroups(groups, names(fields[9]))
                .withClaims(claims(fields[10]));
        return new AccessRequest(
                fields[1],
                asker,
                fields[11],
                target(fields[12], fields[13]),
                fields[14],
                Duration.parse(fields[3]),
                Instant.parse(fields[2]));
    }

    private static Target target(String host, String port) {
        int number = Integer.parseInt(port);
        if (number < 1 || number > HIGHEST_PORT) {
            throw new IllegalArgumentException(port);
        }
        return new Target(host, number);
    }
}
