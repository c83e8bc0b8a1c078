package io.gatehouse.provider.header;

import io.gatehouse.api.AssertionMechanism;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import io.gatehouse.api.WebRequest;
import io.gatehouse.formats.signin.HeaderName;
import io.gatehouse.formats.signin.RejectedException;
import io.gatehouse.jwt.ToldGroups;
import io.gatehouse.jwt.UserNames;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Believes headers that say who the user is, because a trusted proxy sends them. Immutable. */
final class PlainMechanism implements AssertionMechanism {
    static final String METHOD = "header";

    private static final int SHORTEST_SECRET = 16;

    private final HeaderName user;
    private final Optional<HeaderName> groups;
    private final ToldGroups told;
    private final String separator;
    private final boolean requireGroups;
    private final Optional<HeaderName> email;
    private final Optional<ProofOfProxy> proof;
    private final UserNames names;
    private final List<HeaderName> all;

    private record ProofOfProxy(HeaderName header, Secret secret) {}

    private PlainMechanism(HeaderConfig.Plain config, UserNames names) throws ProviderException {
        this.user = HeaderName.parse("user", config.user());
        this.groups = parsed("groups", config.groups());
        this.told = new ToldGroups("header " + config.groups().orElse(""));
        this.separator = config.separator();
        this.requireGroups = config.requireGroups();
        this.email = parsed("email", config.email());
        this.proof =
                config.proof().isPresent() ? Optional.of(proof(config.proof().get())) : Optional.empty();
        this.names = names;
        this.all = Stream.of(Stream.of(user), groups.stream(), email.stream())
                .flatMap(each -> each)
                .toList();
    }

    /**
     * Makes it.
     *
     * @throws ProviderException when it could be deceived
     */
    static PlainMechanism of(HeaderConfig.Plain config, ProviderContext context) throws ProviderException {
        if (!context.behindTrustedProxies()) {
            throw new ProviderException("anybody can send a plain header, so it is accepted from trusted proxies only:"
                    + " no [[listener]] has trusted-proxies (expected the proxy's address)");
        }
        if (config.separator().isEmpty()) {
            throw new ProviderException("separator \"\" (expected what stands between groups)");
        }
        PlainMechanism made =
                new PlainMechanism(config, UserNames.of(config.domains(), config.localUsers(), context.domains()));
        made.requireDifferentHeaders();
        return made;
    }

    private static Optional<HeaderName> parsed(String key, Optional<String> name) throws ProviderException {
        return name.isPresent() ? Optional.of(HeaderName.parse(key, name.get())) : Optional.empty();
    }

    private static ProofOfProxy proof(HeaderConfig.Proof config) throws ProviderException {
        int length = config.secret().bytes().length;
        if (length < SHORTEST_SECRET) {
            throw new ProviderException(
                    "proof.secret of %d bytes (expected at least %d)".formatted(length, SHORTEST_SECRET));
        }
        return new ProofOfProxy(HeaderName.parse("proof.header", config.header()), config.secret());
    }

    private void requireDifferentHeaders() throws ProviderException {
        List<HeaderName> headers = new ArrayList<>(all);
        proof.ifPresent(secret -> headers.add(secret.header()));
        for (int i = 0; i < headers.size(); i++) {
            for (HeaderName other : headers.subList(0, i)) {
                if (other.isSpelling(headers.get(i).text())) {
                    throw new ProviderException(
                            "header %s has two meanings (expected a header for each)".formatted(other));
                }
            }
        }
    }

    @Override
    public String name() {
        return METHOD;
    }

    @Override
    public Optional<Outcome> assess(WebRequest request) {
        if (all.stream().noneMatch(header -> header.isIn(request))) {
            return Optional.empty();
        }
        try {
            return Optional.of(Outcome.Accepted.of(identity(request)));
        } catch (RejectedException rejected) {
            return Optional.of(rejected.rejection());
        }
    }

    private Identity identity(WebRequest request) throws RejectedException {
        requireProxy(request);
        String name = user.only(request)
                .orElseThrow(() -> new RejectedException(Reason.REFUSED, "no header %s beside others".formatted(user)));
        Optional<String> address = Optional.empty();
        if (email.isPresent()) {
            address = Optional.of(UserNames.email(required(email.get(), request)));
        }
        UserNames.Name who = names.parse(name);
        return new UserNames.Name(who.user(), who.domain(), address.or(who::principal))
                .identity(HeaderProviderFactory.NAME, METHOD, groups(request), Set.of());
    }

    private void requireProxy(WebRequest request) throws RejectedException {
        if (!request.fromTrustedProxy()) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "headers that say who the user is, from %s (expected a trusted proxy)"
                            .formatted(request.neighbour().getHostAddress()));
        }
        if (proof.isEmpty()) {
            return;
        }
        String given = required(proof.get().header(), request);
        if (!proof.get().secret().matches(given.getBytes(StandardCharsets.UTF_8))) {
            throw new RejectedException(
                    Reason.REFUSED,
                    "header %s is not the proxy's secret".formatted(proof.get().header()));
        }
    }

    private static String required(HeaderName header, WebRequest request) throws RejectedException {
        return header.only(request)
                .orElseThrow(() -> new RejectedException(Reason.REFUSED, "no header %s".formatted(header)));
    }

    private Set<String> groups(WebRequest request) throws RejectedException {
        if (groups.isEmpty()) {
            return Set.of();
        }
        HeaderName header = groups.get();
        Optional<String> text = requireGroups ? header.only(request) : header.onlyUnlessEmpty(request);
        if (text.isEmpty()) {
            if (requireGroups) {
                throw new RejectedException(
                        Reason.REFUSED,
                        "no header %s (require-groups = false lets users without groups in)".formatted(header));
            }
            return Set.of();
        }
        return told.of(Arrays.stream(text.get().split(Pattern.quote(separator), -1))
                .map(String::strip)
                .toList());
    }
}
