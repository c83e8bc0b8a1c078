package io.gatehouse.core.net;

import com.ibm.icu.text.IDNA;
import io.gatehouse.core.text.Parsed;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * The name of a target in the one spelling that rules, resolver and audit log see. A name that some resolver might read
 * as an address although it is not a strict literal ({@code 127.1}, {@code 0x7f.1}, {@code 2130706433}) is refused, so
 * that no spelling slips past a rule.
 *
 * @param host lower case, A-labels (IDNA 2008 with the mapping of UTS 46), no trailing dot; or a canonical address
 *     literal, IPv6 without brackets
 * @param address the address when the name is a literal
 */
public record TargetName(String host, Optional<InetAddress> address) {
    private static final int MAX_LENGTH = 253;
    private static final int STRICT = IDNA.NONTRANSITIONAL_TO_ASCII
            | IDNA.USE_STD3_RULES
            | IDNA.CHECK_BIDI
            | IDNA.CHECK_CONTEXTJ
            | IDNA.CHECK_CONTEXTO;

    /** Its tables are read when the first name needs them. */
    private static final class International {
        private static final IDNA NAMES = IDNA.getUTS46Instance(STRICT);
    }

    /** Normalises what a client or an administrator typed. */
    public static Parsed<TargetName> parse(String text) {
        if (text.isEmpty()) {
            return Parsed.faulty("empty name");
        }
        if (text.length() > MAX_LENGTH + 1) {
            return Parsed.faulty("name of " + text.length() + " characters (expected at most " + MAX_LENGTH + ")");
        }
        if (text.startsWith("[") && text.endsWith("]")) {
            return six(text.substring(1, text.length() - 1));
        }
        return text.indexOf(':') >= 0 ? six(text) : name(text);
    }

    private static Parsed<TargetName> six(String text) {
        if (text.indexOf(':') < 0) {
            return Parsed.faulty("brackets around something that is not an IPv6 address");
        }
        return AddressLiteral.parse(text)
                .map(TargetName::literal)
                .orElseGet(() -> Parsed.faulty("a colon in something that is not an IPv6 address"));
    }

    private static Parsed<TargetName> literal(InetAddress address) {
        return Parsed.valid(new TargetName(AddressLiteral.text(address), Optional.of(address)));
    }

    private static Parsed<TargetName> name(String text) {
        String undotted = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
        Optional<InetAddress> address = AddressLiteral.parse(undotted);
        if (address.isPresent()) {
            return literal(address.get());
        }
        boolean ascii = undotted.chars().allMatch(c -> c < 0x80);
        String host = ascii ? undotted : international(undotted);
        host = host.toLowerCase(Locale.ROOT);
        if (host.length() > MAX_LENGTH) {
            return Parsed.faulty("name of " + host.length() + " characters (expected at most " + MAX_LENGTH + ")");
        }
        String[] labels = host.split("\\.", -1);
        for (String label : labels) {
            Optional<String> problem = problemOf(label);
            if (problem.isPresent()) {
                return Parsed.faulty(problem.get());
            }
        }
        if (labels[labels.length - 1].matches("[0-9]+|0x[0-9a-f]*")) {
            return Parsed.faulty("the last label is a number, but the name is not an address in dotted decimal form");
        }
        return Parsed.valid(new TargetName(host, Optional.empty()));
    }

    /** A-labels, or a name that no label check lets pass. */
    private static String international(String text) {
        IDNA.Info info = new IDNA.Info();
        StringBuilder ascii = International.NAMES.nameToASCII(text, new StringBuilder(), info);
        return info.hasErrors() ? text : ascii.toString();
    }

    private static boolean isAllowed(int c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    private static Optional<String> problemOf(String label) {
        if (label.isEmpty()) {
            return Optional.of("empty label");
        }
        if (label.length() > 63) {
            return Optional.of("label of " + label.length() + " characters (expected at most 63)");
        }
        if (label.startsWith("-") || label.endsWith("-")) {
            return Optional.of("a label starts or ends with a hyphen");
        }
        return label.chars()
                .filter(c -> !isAllowed(c))
                .mapToObj(c -> String.format("character U+%04X (expected letters, digits, '-', '_' and '.')", c))
                .findFirst();
    }
}
