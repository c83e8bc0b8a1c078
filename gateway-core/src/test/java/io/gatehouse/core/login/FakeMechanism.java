package io.gatehouse.core.login;

import io.gatehouse.api.Conversation;
import io.gatehouse.api.Identity;
import io.gatehouse.api.MessageIntegrity;
import io.gatehouse.api.Outcome;
import io.gatehouse.api.Outcome.Accepted;
import io.gatehouse.api.Outcome.Reason;
import io.gatehouse.api.Outcome.Rejected;
import io.gatehouse.api.Peer;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** A mechanism whose conversations answer what a test says, and that remembers what it was asked. */
final class FakeMechanism implements TokenMechanism {
    static final Set<Venue> HTTP = Set.of(Venue.HTTP_AUTHORIZATION);
    static final Identity ALICE = Identity.local("fake", "ntlm", "alice", Set.of("staff"), Set.of());
    static final Peer PEER = new Peer(address("192.0.2.1"), true, false, List.of());

    private final Scheme scheme;
    private final Set<Venue> venues;
    private final Function<Token, Step> answer;

    final List<String> received = new ArrayList<>();
    int opened;
    int closed;
    int verified;
    Optional<MessageIntegrity> integrity = Optional.empty();

    FakeMechanism(Scheme scheme, Set<Venue> venues, Function<Token, Step> answer) {
        this.scheme = scheme;
        this.venues = venues;
        this.answer = answer;
    }

    FakeMechanism(Scheme scheme, Function<Token, Step> answer) {
        this(scheme, HTTP, answer);
    }

    /** NTLM in two rounds: the last byte of a type 3 is the password, {@code 01} is right. */
    static FakeMechanism ntlm() {
        FakeMechanism[] self = new FakeMechanism[1];
        self[0] = new FakeMechanism(Scheme.NTLM, token -> {
            if (NtlmMessages.isNegotiate(token)) {
                return new Step.Challenge(token("NTLMSSP\0\2\0\0\0"));
            }
            return self[0].claim("alice", token.bytes()[token.length() - 1] == 1);
        });
        return self[0];
    }

    /** Basic: the password {@code secret} is right for everybody. */
    static FakeMechanism basic() {
        FakeMechanism[] self = new FakeMechanism[1];
        self[0] = new FakeMechanism(Scheme.BASIC, token -> {
            String[] parts = new String(token.bytes(), StandardCharsets.UTF_8).split(":", 2);
            return self[0].claim(parts[0], parts[1].equals("secret"));
        });
        return self[0];
    }

    Step claim(String account, boolean right) {
        return claim(account, right ? Accepted.of(ALICE) : new Rejected(Reason.BAD_CREDENTIALS, "wrong password"));
    }

    Step claim(String account, Outcome outcome) {
        return new Step.Claim(account, _ -> {
            verified++;
            return outcome;
        });
    }

    @Override
    public Scheme scheme() {
        return scheme;
    }

    @Override
    public Set<Venue> venues() {
        return venues;
    }

    @Override
    public Conversation open(Peer peer, Venue venue) {
        opened++;
        return new Conversation() {
            @Override
            public Step next(Token token) {
                received.add(hex(token));
                return answer.apply(token);
            }

            @Override
            public Optional<MessageIntegrity> integrity() {
                return integrity;
            }

            @Override
            public void close() {
                closed++;
            }
        };
    }

    static Token token(String text) {
        return Token.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    static Token hexToken(String hex) {
        return Token.of(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
    }

    static String hex(Token token) {
        return HexFormat.of().formatHex(token.bytes());
    }

    static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }
}
