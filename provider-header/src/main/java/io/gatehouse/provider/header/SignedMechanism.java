package io.gatehouse.provider.header;

import io.gatehouse.api.AssertionMechanism;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.WebRequest;
import java.util.List;
import java.util.Optional;

/**
 * Believes signed assertions: the first kind that a request carries decides. One mechanism for all kinds, since it goes
 * by one name in rules. Safe for use by many threads.
 */
final class SignedMechanism implements AssertionMechanism {
    static final String METHOD = "assertion";

    private final List<SignedHeader> headers;

    SignedMechanism(List<SignedHeader> headers) {
        this.headers = List.copyOf(headers);
    }

    @Override
    public String name() {
        return METHOD;
    }

    @Override
    public Optional<Outcome> assess(WebRequest request) {
        return headers.stream()
                .flatMap(header -> header.assess(request).stream())
                .findFirst();
    }
}
