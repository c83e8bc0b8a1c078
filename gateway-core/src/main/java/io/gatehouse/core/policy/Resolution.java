package io.gatehouse.core.policy;

import io.gatehouse.core.net.Resolver;
import io.gatehouse.core.net.TargetName;
import io.gatehouse.core.text.Parsed;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The addresses of a name, looked up when first needed and never again. */
final class Resolution {
    private final TargetName name;
    private final Resolver resolver;
    private @Nullable Parsed<List<InetAddress>> result;

    Resolution(TargetName name, Resolver resolver) {
        this.name = name;
        this.resolver = resolver;
    }

    Parsed<List<InetAddress>> addresses() {
        @Nullable Parsed<List<InetAddress>> known = result;
        if (known == null) {
            known = name.address()
                    .map(address -> Parsed.valid(List.of(address)))
                    .orElseGet(this::resolve);
            result = known;
        }
        return known;
    }

    /** Whether a resolver was asked. */
    boolean wasLookedUp() {
        return result != null && name.address().isEmpty();
    }

    /** What a resolver says behind the name. */
    private String reason(UnknownHostException unknown) {
        String message = String.valueOf(unknown.getMessage());
        return message.startsWith(name.host() + ": ")
                ? message.substring(name.host().length())
                : "";
    }

    private Parsed<List<InetAddress>> resolve() {
        try {
            List<InetAddress> addresses = List.copyOf(resolver.resolve(name.host()));
            return addresses.isEmpty() ? Parsed.faulty(name.host() + " has no address") : Parsed.valid(addresses);
        } catch (UnknownHostException unknown) {
            return Parsed.faulty(name.host() + " does not resolve" + reason(unknown));
        }
    }
}
