package io.gatehouse.provider.header;

import com.nimbusds.jose.jwk.JWKSet;
import io.gatehouse.api.Examination;
import io.gatehouse.api.Finding;
import io.gatehouse.jwt.IssuerClient;
import java.io.IOException;
import java.net.URI;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Asks whether the keys of a signer of assertions can be fetched: without them, every user is refused. */
final class SignerExamination implements Examination {
    /** No signer has a key of this id, and each answers that it has none. */
    private static final String NO_KEY = "gatehouse-doctor";

    private final SignedSettings settings;
    private final IssuerClient http;

    SignerExamination(SignedSettings settings, IssuerClient http) {
        this.settings = settings;
        this.http = http;
    }

    @Override
    public String subject() {
        return "keys of " + settings.issuer();
    }

    @Override
    public List<Finding> examine() {
        return switch (settings.keys()) {
            case KeyAddress.Set(URI address) -> problem(address, true);
            case KeyAddress.ById byId -> problem(byId.of(NO_KEY).orElseThrow(), false);
        };
    }

    private List<Finding> problem(URI address, boolean isSet) {
        Optional<String> why;
        try {
            IssuerClient.Reply reply = http.send(address, Map.of("Accept", "*/*"), Optional.empty());
            boolean isGood = isSet
                    ? reply.status() == 200
                            && !JWKSet.parse(reply.body()).getKeys().isEmpty()
                    : reply.status() < 500;
            why = isGood ? Optional.empty() : Optional.of("status " + reply.status() + " without a key");
        } catch (IOException | ParseException e) {
            why = Optional.of(String.valueOf(e.getMessage()));
        }
        return why.map(text -> Finding.fault(
                        "header.keys",
                        "the keys that sign header " + settings.header() + " cannot be fetched from " + address + ": "
                                + text,
                        "let this machine reach keys or keys-by-id of [[auth.header.signed]], or correct it; for a"
                                + " certificate that is not trusted, name its authority in ca"))
                .map(List::of)
                .orElseGet(List::of);
    }
}
