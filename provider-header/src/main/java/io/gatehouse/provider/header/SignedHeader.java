package io.gatehouse.provider.header;

import io.gatehouse.api.Examination;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.WebRequest;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.formats.text.PrintableText;
import io.gatehouse.jwt.Claims;
import io.gatehouse.jwt.IssuerClient;
import io.gatehouse.jwt.SigningKeys;
import io.gatehouse.jwt.ToldGroups;
import io.gatehouse.jwt.UnavailableException;
import io.gatehouse.provider.header.HeaderConfig.EmailVerified;
import java.util.Optional;
import java.util.Set;

/** Believes one kind of assertions about the user, because of who signed them. Safe for use by many threads. */
final class SignedHeader implements AutoCloseable {

    private final SignedSettings settings;
    private final Assertions assertions;
    private final IssuerClient http;
    private final ToldGroups told;

    private SignedHeader(SignedSettings settings, Assertions assertions, IssuerClient http) {
        this.settings = settings;
        this.assertions = assertions;
        this.http = http;
        this.told = new ToldGroups("header " + settings.header());
    }

    /** Makes it; keys are fetched when the first assertion comes. */
    static SignedHeader of(SignedSettings settings, ProviderContext context) throws ProviderException {
        IssuerClient http = new IssuerClient(settings.ca(), settings.timeout());
        SigningKeys keys = switch (settings.keys()) {
            case KeyAddress.Set(var set) -> SigningKeys.ofSet(set, http, context.clock());
            case KeyAddress.ById byId -> new SigningKeys(new KeysById(byId, http), context.clock());
        };
        return new SignedHeader(settings, new Assertions(settings, keys, context.clock()), http);
    }

    /** What the assertion says; empty when there is none. */
    Optional<Outcome> assess(WebRequest request) {
        if (!settings.header().isIn(request)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Outcome.Accepted.of(identity(request)));
        } catch (RejectedException rejected) {
            return Optional.of(rejected.rejection());
        } catch (UnavailableException e) {
            return Optional.of(new Outcome.Rejected(Reason.UNAVAILABLE, "the signer's " + e.getMessage()));
        }
    }

    private Identity identity(WebRequest request) throws RejectedException, UnavailableException {
        if (!settings.fromAnywhere() && !request.fromTrustedProxy()) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "header %s from %s (expected a trusted proxy, or from-anywhere = true)"
                            .formatted(settings.header(), request.neighbour().getHostAddress()));
        }
        String text = settings.header()
                .only(request)
                .orElseThrow(() -> new RejectedException(Reason.MALFORMED, "no header " + settings.header()));
        Claims claims = assertions.verify(text);
        return settings.names()
                .parse(user(claims))
                .identity(HeaderProviderFactory.NAME, SignedMechanism.METHOD, groups(claims), Set.of())
                .withClaims(claims.forRules());
    }

    private String user(Claims claims) throws RejectedException {
        String claim = settings.userClaim();
        String user = claims.text(claim)
                .orElseThrow(() -> new RejectedException(
                        Reason.REFUSED,
                        "the assertion has no text in the claim %s".formatted(PrintableText.quoted(claim))));
        Optional<String> verified = Claims.verifiedClaim(claim);
        if (verified.isPresent()) {
            boolean required = settings.emailVerified() == EmailVerified.REQUIRED
                    || claims.at(verified.get()).isPresent();
            if (required && !claims.isTrue(verified.get())) {
                throw new RejectedException(
                        Reason.REFUSED,
                        "the signer does not say that the e-mail address %s is verified (%s)"
                                .formatted(PrintableText.quoted(user), verified.get()));
            }
        }
        return user;
    }

    private Set<String> groups(Claims claims) throws RejectedException {
        if (settings.groupsClaim().isEmpty()) {
            return Set.of();
        }
        String claim = settings.groupsClaim().get();
        Optional<Object> value = claims.at(claim);
        if (value.isEmpty()) {
            if (settings.requireGroups()) {
                throw new RejectedException(
                        Reason.REFUSED,
                        "the assertion has no claim %s (require-groups = false lets users without groups in)"
                                .formatted(PrintableText.quoted(claim)));
            }
            return Set.of();
        }
        return told.of(claim, value.get());
    }

    /** Looks whether the keys can be fetched. */
    Examination examination() {
        return new SignerExamination(settings, http);
    }

    @Override
    public void close() {
        http.close();
    }
}
