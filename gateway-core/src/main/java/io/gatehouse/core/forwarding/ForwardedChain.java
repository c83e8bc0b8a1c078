package io.gatehouse.core.forwarding;

import io.gatehouse.core.net.AddressLiteral;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The way of a request through proxies, as each of them wrote down who came to it. Only what trusted proxies wrote
 * counts, and they write at the right end.
 *
 * @param hops who came to each proxy, the last proxy's visitor last; empty where a proxy hides or does not know it
 * @param protocol what the last proxy's visitor spoke, {@code https} for example, when the header tells it; never empty
 *     text
 */
public record ForwardedChain(List<Optional<InetAddress>> hops, Optional<String> protocol) {
    private static final Pattern BRACKETED = Pattern.compile("\\[([^\\[\\]]*)](?::[0-9]{1,5}|:_[A-Za-z0-9._-]{1,64})?");
    private static final Pattern WITH_PORT = Pattern.compile("([^:]*)(?::[0-9]{1,5}|:_[A-Za-z0-9._-]{1,64})");

    public ForwardedChain {
        hops = List.copyOf(hops);
        protocol = protocol.map(String::strip).filter(text -> !text.isEmpty());
    }

    /**
     * Whether the last proxy's visitor came with TLS, as far as the proxy says: some proxies write {@code wss} for
     * WebSockets, and one that says nothing is taken to let nobody come without.
     */
    public boolean isEncrypted() {
        return protocol.map(text -> text.equalsIgnoreCase("https") || text.equalsIgnoreCase("wss"))
                .orElse(true);
    }

    /**
     * The chain of {@code X-Forwarded-For} together with what {@code X-Forwarded-Proto} says: the last value, since
     * earlier ones are of proxies before the last, or the client's.
     */
    public static ForwardedChain ofForwardedFor(List<String> lines, List<String> protocolLines) {
        Optional<String> protocol = protocolLines.isEmpty()
                ? Optional.empty()
                : Optional.of(protocolLines
                        .getLast()
                        .substring(protocolLines.getLast().lastIndexOf(',') + 1));
        return new ForwardedChain(ofForwardedFor(lines).hops(), protocol);
    }

    /** The chain of {@code X-Forwarded-For}, all its lines in order. What is no address is nobody that is known. */
    public static ForwardedChain ofForwardedFor(List<String> lines) {
        List<Optional<InetAddress>> hops = new ArrayList<>();
        for (String line : lines) {
            for (String value : line.split(",", -1)) {
                hops.add(address(value.strip()));
            }
        }
        return new ForwardedChain(hops, Optional.empty());
    }

    /**
     * The chain of {@code Forwarded} (RFC 7239), all its lines in order.
     *
     * @return empty when a line breaks the grammar: then nobody can tell which part of it a client wrote, in front of a
     *     quotation mark that it left open
     */
    public static Optional<ForwardedChain> ofForwarded(List<String> lines) {
        List<Optional<InetAddress>> hops = new ArrayList<>();
        Optional<String> protocol = Optional.empty();
        for (String line : lines) {
            Optional<List<ForwardedElement>> elements = ForwardedElement.parse(line);
            if (elements.isEmpty()) {
                return Optional.empty();
            }
            for (ForwardedElement element : elements.get()) {
                hops.add(element.parameter("for").flatMap(ForwardedChain::address));
                protocol = element.parameter("proto");
            }
        }
        return Optional.of(new ForwardedChain(hops, protocol));
    }

    /**
     * Who stands behind the trusted proxies: the right-most address that is none of them.
     *
     * @param neighbour the trusted proxy at the other end of the connection
     * @return the last proxy that is known, when the one before it hides its visitor or all are trusted
     */
    public InetAddress client(InetAddress neighbour, Predicate<InetAddress> trusted) {
        InetAddress client = neighbour;
        for (Optional<InetAddress> hop : hops.reversed()) {
            if (hop.isEmpty()) {
                return client;
            }
            client = hop.get();
            if (!trusted.test(client)) {
                return client;
            }
        }
        return client;
    }

    /**
     * An address as proxies write it: bare, in brackets, or followed by a port. {@code unknown} and {@code _hidden} are
     * none.
     */
    private static Optional<InetAddress> address(String text) {
        Matcher bracketed = BRACKETED.matcher(text);
        if (bracketed.matches()) {
            return AddressLiteral.parse(bracketed.group(1));
        }
        Optional<InetAddress> plain = AddressLiteral.parse(text);
        if (plain.isPresent()) {
            return plain;
        }
        Matcher withPort = WITH_PORT.matcher(text);
        return withPort.matches() ? AddressLiteral.parse(withPort.group(1)) : Optional.empty();
    }
}
