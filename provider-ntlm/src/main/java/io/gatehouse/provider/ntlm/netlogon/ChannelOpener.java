package io.gatehouse.provider.ntlm.netlogon;

import io.gatehouse.api.ProviderException;
import io.gatehouse.api.Secret;
import io.gatehouse.formats.MalformedException;
import io.gatehouse.provider.ntlm.netlogon.rpc.EndpointMapper;
import io.gatehouse.provider.ntlm.netlogon.rpc.RpcConnection;
import io.gatehouse.provider.ntlm.netlogon.rpc.RpcException;
import io.gatehouse.provider.ntlm.netlogon.rpc.RpcInterface;
import io.gatehouse.provider.ntlm.validation.Deadline;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * MS-NRPC 3.1.4.1: agrees with a controller on a secure channel, each proving to the other that it knows the machine
 * account's password. Safe for use by many threads, but one handshake at a time with one controller: it remembers one
 * challenge a computer.
 */
final class ChannelOpener {
    private final MachineAccount account;
    private final String domain;
    private final SecureRandom random;
    private final Optional<Integer> netlogonPort;
    private final Optional<Integer> lsaPort;

    /**
     * For all controllers of a domain.
     *
     * @param domain its NetBIOS name
     */
    ChannelOpener(
            MachineAccount account,
            String domain,
            SecureRandom random,
            Optional<Integer> netlogonPort,
            Optional<Integer> lsaPort) {
        this.account = account;
        this.domain = domain;
        this.random = random;
        this.netlogonPort = netlogonPort;
        this.lsaPort = lsaPort;
    }

    MachineAccount account() {
        return account;
    }

    /** Agrees on a secure channel with the controller at {@code address}. */
    SecureChannel open(InetAddress address, Deadline deadline) throws RpcException, ChannelRefusedException {
        int port = port(address, NetlogonCalls.INTERFACE, deadline);
        try (RpcConnection connection = RpcConnection.connect(new InetSocketAddress(address, port), deadline)) {
            connection.bind(NetlogonCalls.INTERFACE, deadline);
            return new SecureChannel(address, port, shakeHands(connection, deadline));
        } catch (MalformedException e) {
            throw RpcException.notRun(RpcException.Kind.BROKEN, e.reason());
        } catch (ProviderException e) {
            throw new ChannelRefusedException(String.valueOf(e.getMessage()));
        }
    }

    private Secret shakeHands(RpcConnection connection, Deadline deadline)
            throws RpcException, MalformedException, ChannelRefusedException, ProviderException {
        byte[] clientChallenge = new byte[ChannelCrypto.CHALLENGE_LENGTH];
        do {
            random.nextBytes(clientChallenge);
        } while (ChannelCrypto.isWeak(clientChallenge));
        byte[] serverChallenge = NetlogonCalls.serverChallenge(connection.call(
                NetlogonCalls.REQUEST_CHALLENGE, NetlogonCalls.requestChallenge(account, clientChallenge), deadline));
        if (ChannelCrypto.isWeak(serverChallenge)) {
            throw new ChannelRefusedException("weak challenge of the controller (expected 8 random bytes)");
        }
        byte[] key = ChannelCrypto.sessionKey(account.ntHash().bytes(), clientChallenge, serverChallenge);

        byte[] clientCredential = ChannelCrypto.credential(key, clientChallenge);
        NetlogonCalls.Authentication answer = NetlogonCalls.authentication(connection.call(
                NetlogonCalls.AUTHENTICATE, NetlogonCalls.authenticate(account, clientCredential), deadline));
        if (!answer.status().isSuccess()) {
            throw new ChannelRefusedException(
                    account.name() + ": " + answer.status().text());
        }
        // First who it is, then what it offers: a stranger's flags are nobody's.
        if (!MessageDigest.isEqual(
                ChannelCrypto.credential(key, serverChallenge),
                answer.serverCredential().bytes())) {
            throw new ChannelRefusedException(
                    "wrong credential of the controller: it does not know the password of " + account.name());
        }
        if (!answer.isStrong()) {
            throw new ChannelRefusedException(
                    "the controller offers no AES or no sealing (flags 0x%08x)".formatted(answer.flags()));
        }
        return Secret.of(key);
    }

    /** A new connection to one of the controller's interfaces, sealed with the key of the channel. */
    RpcConnection connect(SecureChannel channel, RpcInterface wanted, Deadline deadline) throws RpcException {
        int port = wanted.equals(NetlogonCalls.INTERFACE)
                ? channel.netlogonPort()
                : port(channel.address(), wanted, deadline);
        RpcConnection connection = RpcConnection.connect(new InetSocketAddress(channel.address(), port), deadline);
        try {
            connection.bind(
                    wanted, new ChannelSeal(channel.sessionKey(), domain, account.computer(), random), deadline);
            return connection;
        } catch (RpcException e) {
            connection.close();
            throw e.kind() == RpcException.Kind.REFUSED && wanted.equals(NetlogonCalls.INTERFACE)
                    ? RpcException.notRun(
                            e.kind(), e.getMessage() + "; is " + domain + " the NetBIOS name of the domain?")
                    : e;
        }
    }

    private int port(InetAddress address, RpcInterface wanted, Deadline deadline) throws RpcException {
        Optional<Integer> fixed = wanted.equals(NetlogonCalls.INTERFACE) ? netlogonPort : lsaPort;
        return fixed.isPresent() ? fixed.get() : EndpointMapper.port(address, wanted, deadline);
    }
}
