package io.gatehouse.core.ticket;

import com.nimbusds.jwt.JWTClaimsSet;
import io.gatehouse.core.net.AddressLiteral;
import io.gatehouse.core.net.Target;
import io.gatehouse.core.text.CountedLines;
import io.gatehouse.core.text.Parsed;
import io.gatehouse.core.token.IdentityClaims;
import java.net.InetAddress;
import java.text.ParseException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Tickets as counted lines of a file, a JSON object a line. */
final class DeviceTicketText {
    private static final String WHAT = "gatehouse device tickets";
    /** The first line before lines were counted. */
    private static final String FIRST_VERSION = WHAT + " 1\n";

    private static final String ID = "jti";
    private static final String DIGEST = "sha256";
    private static final String KNOWN_AT = "known";
    private static final String DESKTOP = "desktop";
    private static final String TARGET = "target";
    private static final String DEVICE = "device";
    private static final String MADE = "made";
    private static final String EXPIRES = "expires";
    private static final String USED = "used";
    private static final String FROM = "from";
    private static final String ENDED = "revoked";
    private static final String EXPIRY_TOLD = "expiryTold";
    private static final Set<String> NAMES = IdentityClaims.with(
            ID, DIGEST, KNOWN_AT, DESKTOP, TARGET, DEVICE, MADE, EXPIRES, USED, FROM, ENDED, EXPIRY_TOLD);

    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern WRITTEN_ID = Pattern.compile("[0-9a-f]{10}");

    /** A ticket and the digest of its handle. */
    record Kept(String digest, DeviceTicket ticket) {}

    private DeviceTicketText() {}

    static String write(List<Kept> tickets) {
        StringBuilder text = new StringBuilder();
        tickets.forEach(kept -> text.append(line(kept)).append('\n'));
        return CountedLines.write(WHAT, text.toString());
    }

    private static String line(Kept kept) {
        DeviceTicket ticket = kept.ticket();
        JWTClaimsSet.Builder line = new JWTClaimsSet.Builder()
                .jwtID(ticket.id())
                .claim(DIGEST, kept.digest())
                .claim(KNOWN_AT, ticket.knownAt().toString())
                .claim(DESKTOP, ticket.desktop())
                .claim(TARGET, ticket.target().toString())
                .claim(DEVICE, ticket.device())
                .claim(MADE, ticket.made().toString())
                .claim(EXPIRES, ticket.expires().toString());
        ticket.lastUse()
                .ifPresent(use -> line.claim(USED, use.at().toString()).claim(FROM, AddressLiteral.text(use.from())));
        ticket.ended().ifPresent(at -> line.claim(ENDED, at.toString()));
        if (ticket.expiryTold()) {
            line.claim(EXPIRY_TOLD, true);
        }
        IdentityClaims.write(line, ticket.user());
        return line.build().toString();
    }

    /** Reads what {@link #write} wrote, the empty text of a file that does not exist yet among it. */
    static Parsed<List<Kept>> parse(String text) {
        if (text.isEmpty()) {
            return Parsed.valid(List.of());
        }
        if (!CountedLines.isCounted(WHAT, text) && (!text.startsWith(FIRST_VERSION) || !text.endsWith("\n"))) {
            return Parsed.faulty(
                    "not a whole file of device tickets (expected the first line \"" + WHAT + ", N lines\")");
        }
        return CountedLines.parse(WHAT, text, lines -> read(lines.lines().toList()));
    }

    private static Parsed<List<Kept>> read(List<String> lines) {
        List<Kept> tickets = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (int i = 1; i < lines.size(); i++) {
            try {
                Kept kept = read(lines.get(i));
                if (!seen.add(kept.digest()) || !seen.add(kept.ticket().id())) {
                    return Parsed.faulty("line " + (i + 1) + " (expected another id and digest than those before)");
                }
                tickets.add(kept);
            } catch (ParseException | DateTimeException | IllegalArgumentException _) {
                return Parsed.faulty("line " + (i + 1) + " (expected a device ticket)");
            }
        }
        return Parsed.valid(tickets);
    }

    private static Kept read(String line) throws ParseException {
        JWTClaimsSet fields = JWTClaimsSet.parse(line);
        String digest = IdentityClaims.text(fields, DIGEST);
        String id = IdentityClaims.text(fields, ID);
        if (!NAMES.containsAll(fields.getClaims().keySet())
                || !SHA256.matcher(digest).matches()
                || !WRITTEN_ID.matcher(id).matches()
                || !(Target.parse(IdentityClaims.text(fields, TARGET))
                        instanceof Parsed.Valid<Target>(Target target))) {
            throw new IllegalArgumentException("no device ticket");
        }
        return new Kept(
                digest,
                new DeviceTicket(
                        id,
                        IdentityClaims.read(fields),
                        Instant.parse(IdentityClaims.text(fields, KNOWN_AT)),
                        IdentityClaims.text(fields, DESKTOP),
                        target,
                        IdentityClaims.text(fields, DEVICE),
                        Instant.parse(IdentityClaims.text(fields, MADE)),
                        Instant.parse(IdentityClaims.text(fields, EXPIRES)),
                        use(fields),
                        IdentityClaims.optional(fields, ENDED).map(Instant::parse),
                        Boolean.TRUE.equals(fields.getBooleanClaim(EXPIRY_TOLD))));
    }

    private static Optional<DeviceTicket.Use> use(JWTClaimsSet fields) throws ParseException {
        Optional<String> at = IdentityClaims.optional(fields, USED);
        if (at.isEmpty()) {
            return Optional.empty();
        }
        InetAddress from = AddressLiteral.parse(IdentityClaims.text(fields, FROM))
                .orElseThrow(() -> new IllegalArgumentException("no address"));
        return Optional.of(new DeviceTicket.Use(Instant.parse(at.get()), from));
    }
}
