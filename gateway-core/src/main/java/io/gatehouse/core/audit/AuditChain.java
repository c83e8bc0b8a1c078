package io.gatehouse.core.audit;

import io.gatehouse.formats.digest.Digests;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ties the lines of the audit log together, so that {@code gatehouse audit verify} finds one that was changed, removed
 * or moved: each has its number, and the SHA-256 of the hash of the line before and of its own text in front of the
 * hash. The first line that a process writes into a file also has the hash that it goes on from.
 *
 * @param sequence the number of the last line; 0 before the first
 * @param hash of the last line, 64 hexadecimal digits; zeros before the first
 */
public record AuditChain(long sequence, String hash) {
    /** Before the first line. */
    public static final AuditChain EMPTY = new AuditChain(0, "0".repeat(64));

    private static final Pattern END =
            Pattern.compile("(?<content>.*,\"rdgw\\.audit\\.sequence\":(?<sequence>[0-9]{1,18})"
                    + "(,\"rdgw\\.audit\\.previous\":\"(?<previous>[0-9a-f]{64})\")?)"
                    + ",\"rdgw\\.audit\\.hash\":\"(?<hash>[0-9a-f]{64})\"}");

    /**
     * A line with its place in the chain.
     *
     * @param text the whole line, without line end
     * @param chain what the next one goes on from
     */
    public record Linked(String text, AuditChain chain) {}

    /**
     * The next line.
     *
     * @param json a line of {@link AuditJson}
     * @param isFirst whether it is the first that this process writes into a file
     */
    public Linked link(String json, boolean isFirst) {
        long next = sequence + 1;
        String content = json.substring(0, json.length() - 1)
                + ",\"rdgw.audit.sequence\":" + next
                + (isFirst ? ",\"rdgw.audit.previous\":\"" + hash + "\"" : "");
        String own = hash(hash, content);
        return new Linked(content + ",\"rdgw.audit.hash\":\"" + own + "\"}", new AuditChain(next, own));
    }

    private static String hash(String before, String content) {
        return HexFormat.of()
                .formatHex(Digests.sha256(HexFormat.of().parseHex(before), content.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * What a line says about its place in the chain.
     *
     * @param previous the hash that it goes on from, if it says so
     */
    record Place(long sequence, Optional<String> previous, String content, String hash) {
        /** Empty for a line that has none, for example one that a full disk cut off. */
        static Optional<Place> of(String line) {
            Matcher end = END.matcher(line);
            return end.matches()
                    ? Optional.of(new Place(
                            Long.parseLong(end.group("sequence")),
                            Optional.ofNullable(end.group("previous")),
                            end.group("content"),
                            end.group("hash")))
                    : Optional.empty();
        }

        boolean followsOn(String before) {
            return hash.equals(AuditChain.hash(before, content));
        }

        AuditChain chain() {
            return new AuditChain(sequence, hash);
        }
    }

    /** Where the chain goes on behind {@code line}, the last one of a log; empty when it is no line of a chain. */
    public static Optional<AuditChain> after(String line) {
        return Place.of(line).map(Place::chain);
    }
}
