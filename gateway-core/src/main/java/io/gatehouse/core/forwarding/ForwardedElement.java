package io.gatehouse.core.forwarding;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * RFC 7239 4: what one proxy wrote.
 *
 * @param parameters by name in lower case, quotation marks removed
 */
record ForwardedElement(Map<String, String> parameters) {
    ForwardedElement {
        parameters = Map.copyOf(parameters);
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name));
    }

    /** The elements of a line; empty when it breaks the grammar. */
    static Optional<List<ForwardedElement>> parse(String line) {
        return new Reader(line).elements();
    }

    /** Reads from left to right, each character once. */
    private static final class Reader {
        private static final String TOKEN = "!#$%&'*+-.^_`|~";
        /** Not in tokens, but written without quotation marks by many proxies. */
        private static final String OF_ADDRESSES = ":[]";

        private final String line;
        private int at;

        Reader(String line) {
            this.line = line;
        }

        Optional<List<ForwardedElement>> elements() {
            List<ForwardedElement> elements = new ArrayList<>();
            while (true) {
                skipSpace();
                if (at < line.length() && line.charAt(at) != ',') {
                    Optional<ForwardedElement> element = element();
                    if (element.isEmpty()) {
                        return Optional.empty();
                    }
                    elements.add(element.get());
                }
                if (at == line.length()) {
                    return Optional.of(elements);
                }
                if (line.charAt(at) != ',') {
                    return Optional.empty();
                }
                at++;
            }
        }

        private Optional<ForwardedElement> element() {
            Map<String, String> parameters = new LinkedHashMap<>();
            while (true) {
                skipSpace();
                String name = span("").toLowerCase(Locale.ROOT);
                if (name.isEmpty() || !take('=')) {
                    return Optional.empty();
                }
                Optional<String> value =
                        take('"') ? quoted() : Optional.of(span(OF_ADDRESSES)).filter(text -> !text.isEmpty());
                if (value.isEmpty() || parameters.putIfAbsent(name, value.get()) != null) {
                    return Optional.empty();
                }
                skipSpace();
                if (!take(';')) {
                    return Optional.of(new ForwardedElement(parameters));
                }
            }
        }

        /** The rest of a quoted string. */
        private Optional<String> quoted() {
            StringBuilder text = new StringBuilder();
            while (at < line.length()) {
                char c = line.charAt(at++);
                if (c == '"') {
                    return Optional.of(text.toString());
                }
                if (c == '\\') {
                    if (at == line.length()) {
                        return Optional.empty();
                    }
                    c = line.charAt(at++);
                }
                text.append(c);
            }
            return Optional.empty();
        }

        private String span(String more) {
            int start = at;
            while (at < line.length() && isToken(line.charAt(at), more)) {
                at++;
            }
            return line.substring(start, at);
        }

        private static boolean isToken(char c, String more) {
            return (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || TOKEN.indexOf(c) >= 0
                    || more.indexOf(c) >= 0;
        }

        private boolean take(char c) {
            boolean there = at < line.length() && line.charAt(at) == c;
            if (there) {
                at++;
            }
            return there;
        }

        private void skipSpace() {
            while (at < line.length() && (line.charAt(at) == ' ' || line.charAt(at) == '\t')) {
                at++;
            }
        }
    }
}
