package io.gatehouse.ldap;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * TLS sockets that check the server's name and do not wait for ever. The name is checked by the Java runtime (RFC 2830
 * section 3.6), since the verifier of the LDAP library let a certificate for another name pass; the library's own
 * sockets would ignore the setting. Without a timeout of the socket's own, a server that accepts a connection and then
 * hangs would hold the handshake, which no timeout of the library covers.
 */
final class DirectorySockets extends SSLSocketFactory {
    private final SSLSocketFactory sockets;
    private final int millis;

    DirectorySockets(SSLSocketFactory sockets, int millis) {
        this.sockets = sockets;
        this.millis = millis;
    }

    private Socket prepared(Socket socket) throws IOException {
        socket.setSoTimeout(millis);
        if (!(socket instanceof SSLSocket tls)) {
            throw new IOException("not a TLS socket");
        }
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("LDAPS");
        tls.setSSLParameters(parameters);
        return tls;
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return sockets.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return sockets.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket() throws IOException {
        return prepared(sockets.createSocket());
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        socket.setSoTimeout(millis);
        return prepared(sockets.createSocket(socket, host, port, autoClose));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return prepared(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return prepared(sockets.createSocket(host, port, localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return prepared(sockets.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
            throws IOException {
        return prepared(sockets.createSocket(address, port, localAddress, localPort));
    }
}
