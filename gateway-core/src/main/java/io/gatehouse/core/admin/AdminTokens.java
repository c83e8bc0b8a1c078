package io.gatehouse.core.admin;

import io.gatehouse.api.Secret;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.formats.digest.Digests;
import io.gatehouse.formats.digest.RandomIds;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The tokens of the admin API: a file with one a line, {@code NAME:ROLE:MADE-AT:HASH}. Immutable.
 *
 * <p>The file has SHA-256 hashes: a token is 256 random bits, which no guessing finds, so a slow hash would only make
 * requests slow. A token begins with {@value #PREFIX}, so that programs that look for leaked secrets find it.
 */
public record AdminTokens(List<Entry> entries) {
    /** No tokens. */
    public static final AdminTokens NONE = new AdminTokens(List.of());

    private static final String PREFIX = "gha_";
    private static final int TOKEN_BYTES = 32;
    private static final int MOST = 1000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final String LINE = "NAME:ROLE:TIME:HASH";

    /**
     * A token.
     *
     * @param name who has it
     * @param role what it allows
     * @param made when
     * @param hash its SHA-256 in hexadecimal digits
     */
    public record Entry(String name, AdminRole role, Instant made, String hash) {}

    public AdminTokens {
        entries = List.copyOf(entries);
    }

    /** Whether {@code name} can be the name of a token. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /** A new token, text that goes into a header as it is. */
    public static Secret generate(SecureRandom random) {
        return Secret.ofText(PREFIX + RandomIds.next(random, TOKEN_BYTES));
    }

    /** With one more of that name, or empty when there is one of that name, or too many. */
    public Optional<AdminTokens> with(String name, AdminRole role, Instant made, Secret token) {
        if (entries.size() >= MOST
                || entries.stream().anyMatch(entry -> entry.name().equals(name))) {
            return Optional.empty();
        }
        List<Entry> more = new ArrayList<>(entries);
        more.add(new Entry(name, role, made, HexFormat.of().formatHex(Digests.sha256(token.bytes()))));
        return Optional.of(new AdminTokens(more));
    }

    /** Without the one of that name. */
    public AdminTokens without(String name) {
        return new AdminTokens(
                entries.stream().filter(entry -> !entry.name().equals(name)).toList());
    }

    /** The entry of {@code token}; takes as long whether and where it is found. */
    public Optional<Entry> find(Secret token) {
        byte[] digest = Digests.sha256(token.bytes());
        Optional<Entry> found = Optional.empty();
        for (Entry entry : entries) {
            if (MessageDigest.isEqual(digest, HexFormat.of().parseHex(entry.hash()))) {
                found = Optional.of(entry);
            }
        }
        return found;
    }

    /** Reads the file; lines that begin with # are comments. */
    public static Parsed<AdminTokens> parse(byte[] content) {
        List<Entry> entries = new ArrayList<>();
        Set<String> names = new HashSet<>();
        int number = 0;
        for (String line : new String(content, StandardCharsets.UTF_8).split("\n", -1)) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            Optional<Entry> entry = entry(line);
            if (entry.isEmpty()) {
                return Parsed.faulty("line " + number + " (expected " + LINE + ")");
            }
            if (!names.add(entry.get().name())) {
                return Parsed.faulty("line " + number + ": a second token of the name "
                        + entry.get().name());
            }
            if (names.size() > MOST) {
                return Parsed.faulty("more than " + MOST + " tokens");
            }
            entries.add(entry.get());
        }
        return Parsed.valid(new AdminTokens(entries));
    }

    private static Optional<Entry> entry(String line) {
        int name = line.indexOf(':');
        int role = line.indexOf(':', name + 1);
        int hash = line.lastIndexOf(':'); // the time has colons, too
        if (name < 0 || role < 0 || hash <= role) {
            return Optional.empty();
        }
        Optional<AdminRole> known = AdminRole.of(line.substring(name + 1, role));
        String digits = line.substring(hash + 1);
        if (!isName(line.substring(0, name))
                || known.isEmpty()
                || !HASH.matcher(digits).matches()) {
            return Optional.empty();
        }
        try {
            Instant made = Instant.parse(line.substring(role + 1, hash));
            return Optional.of(new Entry(line.substring(0, name), known.get(), made, digits));
        } catch (DateTimeException _) {
            return Optional.empty();
        }
    }

    /** The content of the file. */
    public String text() {
        StringBuilder text =
                new StringBuilder("# Tokens of the admin API: ").append(LINE).append('\n');
        for (Entry entry : entries) {
            text.append(String.join(
                            ":",
                            entry.name(),
                            entry.role().label(),
                            entry.made().toString(),
                            entry.hash()))
                    .append('\n');
        }
        return text.toString();
    }
}
