package io.gatehouse.client;

import java.util.List;
import java.util.Optional;

/**
 * The head of an HTTP response.
 *
 * @param reason what follows the status, may be empty
 * @param headers in the order of the wire
 */
public record ResponseHead(int status, String reason, List<Header> headers) {
    public ResponseHead {
        headers = List.copyOf(headers);
    }

    /** A header line of a response. */
    public record Header(String name, String value) {}

    /** The value of the first header {@code name}, in any case. */
    public Optional<String> header(String name) {
        return values(name).stream().findFirst();
    }

    /** The values of all headers {@code name}, in any case. */
    public List<String> values(String name) {
        return headers.stream()
                .filter(header -> header.name().equalsIgnoreCase(name))
                .map(Header::value)
                .toList();
    }

    /** The token that a {@code WWW-Authenticate} line of {@code scheme} carries, base64 still. */
    Optional<String> challenge(String scheme) {
        String prefix = scheme + " ";
        return values("WWW-Authenticate").stream()
                .filter(value -> value.startsWith(prefix))
                .map(value -> value.substring(prefix.length()).trim())
                .findFirst();
    }
}
