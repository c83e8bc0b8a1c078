package io.gatehouse.jetty;

import io.gatehouse.api.AuthProvider;
import io.gatehouse.api.AuthProviderFactory;
import io.gatehouse.api.Conversation;
import io.gatehouse.api.Mechanism;
import io.gatehouse.api.MessageIntegrity;
import io.gatehouse.api.Peer;
import io.gatehouse.api.ProviderContext;
import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Scheme;
import io.gatehouse.api.Step;
import io.gatehouse.api.Token;
import io.gatehouse.api.TokenMechanism;
import io.gatehouse.api.Venue;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The installed providers again, with a watch on all that reaches their back ends. */
public final class CountedProviders {
    private static final Queue<Verification> SEEN = new ConcurrentLinkedQueue<>();

    private CountedProviders() {}

    /**
     * What a back end was asked.
     *
     * @param claim the account as the provider calls it
     * @param cpuNanos what the answer took of the processor's time
     */
    record Verification(Scheme scheme, String claim, Step.Reply reply, long cpuNanos) {}

    /** What all back ends were asked since {@link #forget}. */
    static List<Verification> seen() {
        return List.copyOf(SEEN);
    }

    static void forget() {
        SEEN.clear();
    }

    /** NTLM. */
    public static final class Ntlm extends Counted {
        public Ntlm() {
            super("ntlm");
        }
    }

    /** Basic for local accounts. */
    public static final class Local extends Counted {
        public Local() {
            super("local");
        }
    }

    /** A provider in front of another. */
    public abstract static class Counted implements AuthProviderFactory<Record> {
        private final String behind;

        Counted(String behind) {
            this.behind = behind;
        }

        @Override
        public String name() {
            return "counted-" + behind;
        }

        @Override
        @SuppressWarnings("unchecked") // whose records they are, only the provider behind knows
        public Class<Record> configType() {
            return (Class<Record>) real().configType();
        }

        private AuthProviderFactory<?> real() {
            for (AuthProviderFactory<?> factory : ServiceLoader.load(AuthProviderFactory.class)) {
                if (factory.name().equals(behind)) {
                    return factory;
                }
            }
            throw new IllegalStateException(behind + " is not installed");
        }

        @Override
        public AuthProvider create(Record config, ProviderContext context) throws ProviderException {
            return counted(make(real(), config, context));
        }

        private static <C extends Record> AuthProvider make(
                AuthProviderFactory<C> factory, Record config, ProviderContext context) throws ProviderException {
            return factory.create(factory.configType().cast(config), context);
        }

        private static AuthProvider counted(AuthProvider real) {
            ExecutorService measured = Executors.newCachedThreadPool();
            return new AuthProvider() {
                @Override
                public List<Mechanism> mechanisms() {
                    return real.mechanisms().stream()
                            .map(mechanism -> mechanism instanceof TokenMechanism token
                                    ? new CountedMechanism(token, measured)
                                    : mechanism)
                            .toList();
                }

                @Override
                public void close() {
                    measured.shutdown();
                    real.close();
                }
            };
        }
    }

    private record CountedMechanism(TokenMechanism real, ExecutorService measured) implements TokenMechanism {
        @Override
        public Scheme scheme() {
            return real.scheme();
        }

        @Override
        public Set<Venue> venues() {
            return real.venues();
        }

        @Override
        public Conversation open(Peer peer, Venue venue) {
            Conversation conversation = real.open(peer, venue);
            return new Conversation() {
                @Override
                public Step next(Token token) {
                    return switch (conversation.next(token)) {
                        case Step.Claim(String account, Step.Verification verification) ->
                            new Step.Claim(account, _ -> verify(account, verification));
                        case Step other -> other;
                    };
                }

                @Override
                public Optional<MessageIntegrity> integrity() {
                    return conversation.integrity();
                }

                @Override
                public void close() {
                    conversation.close();
                }
            };
        }

        /** On a thread of its own, since virtual threads have no clock for their share of the processor. */
        private Step.Reply verify(String account, Step.Verification verification) {
            try {
                return measured.submit(() -> {
                            long begun = cpuNanos();
                            Step.Reply reply = verification.verify(Runnable::run);
                            SEEN.add(new Verification(scheme(), account, reply, cpuNanos() - begun));
                            return reply;
                        })
                        .get();
            } catch (ExecutionException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private static long cpuNanos() {
            return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        }
    }
}
