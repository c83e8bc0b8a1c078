package io.gatehouse.provider.local;

import io.gatehouse.api.AccountStatus;
import io.gatehouse.api.Domains;
import io.gatehouse.api.Identity;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.provider.local.pam.PamAnswer;
import io.gatehouse.provider.local.pam.PamVerifier;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.shiro.authc.AuthenticationInfo;
import org.apache.shiro.authc.AuthenticationToken;
import org.apache.shiro.authc.SimpleAuthenticationInfo;
import org.apache.shiro.lang.util.Destroyable;

/** The accounts of the machine as a Shiro realm. Safe for use by many threads. */
final class PamRealm implements AccountSource, Destroyable {
    private static final String NAME = "pam";

    private final PamVerifier verifier;
    private final Domains domains;

    PamRealm(PamVerifier verifier, Domains domains) {
        this.verifier = verifier;
        this.domains = domains;
    }

    @Override
    public String getName() {
        return NAME;
    }

    @Override
    public boolean supports(AuthenticationToken token) {
        return token instanceof PasswordToken;
    }

    @Override
    public AuthenticationInfo getAuthenticationInfo(AuthenticationToken token) {
        PasswordToken given = (PasswordToken) token;
        if (given.name().isForeign()) {
            throw new RealmRefusal(Reason.NOT_KNOWN, "no account of this machine: the name has a domain");
        }
        byte[] password = utf8(given.getPassword());
        return switch (verifier.verify(given.name().text(), password, given.client())) {
            case PamAnswer.Refused(Reason reason, String detail) -> throw new RealmRefusal(reason, detail);
            case PamAnswer.Verified(String name, Set<String> groups) ->
                new SimpleAuthenticationInfo(user(name, groups), "", NAME);
        };
    }

    private static byte[] utf8(char[] text) {
        byte[] room = new byte[text.length * 3];
        ByteBuffer encoded = ByteBuffer.wrap(room);
        StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .encode(CharBuffer.wrap(text), encoded, true);
        byte[] bytes = Arrays.copyOf(room, encoded.position());
        Arrays.fill(room, (byte) 0);
        return bytes;
    }

    /** winbind and sssd may call an account by its domain: {@code CORP\alice}, {@code alice@corp.example.com}. */
    private static VerifiedUser user(String name, Set<String> groups) {
        int backslash = name.indexOf('\\');
        int at = name.lastIndexOf('@');
        if (backslash > 0 && backslash < name.length() - 1) {
            return user(name.substring(backslash + 1), Optional.of(name.substring(0, backslash)), groups);
        }
        return at > 0 && at < name.length() - 1
                ? user(name.substring(0, at), Optional.of(name.substring(at + 1)), groups)
                : user(name, Optional.empty(), groups);
    }

    /** The machine itself names the groups, those of domains with their domain. */
    private static VerifiedUser user(String name, Optional<String> domain, Set<String> groups) {
        return new VerifiedUser(name, domain, Optional.empty(), groups, Identity.GroupNames.AS_IN_RULES, Set.of());
    }

    /** Where winbind or sssd put the domain into the name, all spellings of the domain are tried. */
    @Override
    public Optional<AccountStatus> status(Identity identity) {
        return names(identity).map(verifier::status).flatMap(Optional::stream).findFirst();
    }

    private Stream<String> names(Identity identity) {
        if (identity.domain().isEmpty()) {
            return Stream.of(identity.user());
        }
        String accepted = identity.domain().get();
        Stream<String> spellings = domains.find(accepted).stream()
                .flatMap(known -> Stream.concat(known.realm().stream(), known.aliases().stream()));
        return Stream.concat(Stream.of(accepted), spellings)
                .flatMap(domain -> Stream.of(domain + "\\" + identity.user(), identity.user() + "@" + domain));
    }

    @Override
    public void destroy() {
        verifier.close();
    }
}
