import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.DatagramChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import sun.nio.ch.DefaultSelectorProvider;

/**
 * Keeps a Java server at home: it listens on 127.0.0.1 only, on a free port that it announces as a line
 * "loopback port 12345", and it ends when its standard input does.
 *
 * DynamoDB Local has no option for any of the three. It listens on every interface, wants to be told a port (which
 * somebody else may take before it starts), and would outlive a parent that was killed. Java itself lets us choose the
 * provider of sockets (-Djava.nio.channels.spi.SelectorProvider), so the database runs unchanged. The parent holds the
 * other end of our standard input; the system closes it however the parent dies.
 */
public final class LoopbackProvider extends SelectorProvider {
  private final SelectorProvider system = DefaultSelectorProvider.get();

  public LoopbackProvider() {
    Thread watch = new Thread(LoopbackProvider::haltWithParent, "halt-with-parent");
    watch.setDaemon(true);
    watch.start();
  }

  private static void haltWithParent() {
    try {
      while (System.in.read() >= 0) {
        // Nobody writes to it: only its end counts.
      }
    } catch (IOException gone) {
      // As good as the end.
    }
    Runtime.getRuntime().halt(0);
  }

  @Override
  public ServerSocketChannel openServerSocketChannel() throws IOException {
    return new LoopbackServerSocketChannel(this, system.openServerSocketChannel());
  }

  @Override
  public SocketChannel openSocketChannel() throws IOException {
    return system.openSocketChannel();
  }

  @Override
  public DatagramChannel openDatagramChannel() throws IOException {
    return system.openDatagramChannel();
  }

  @Override
  public DatagramChannel openDatagramChannel(ProtocolFamily family) throws IOException {
    return system.openDatagramChannel(family);
  }

  @Override
  public Pipe openPipe() throws IOException {
    return system.openPipe();
  }

  @Override
  public AbstractSelector openSelector() throws IOException {
    return system.openSelector();
  }

  /** A server socket that binds to a free port of the loopback address, whatever it is asked to bind to. */
  private static final class LoopbackServerSocketChannel extends ServerSocketChannel {
    private final ServerSocketChannel socket;

    LoopbackServerSocketChannel(SelectorProvider provider, ServerSocketChannel socket) {
      super(provider);
      this.socket = socket;
    }

    @Override
    public ServerSocketChannel bind(SocketAddress ignored, int backlog) throws IOException {
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), backlog);
      System.out.println("loopback port " + socket.socket().getLocalPort());
      return this;
    }

    @Override
    public SocketChannel accept() throws IOException {
      return socket.accept();
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) throws IOException {
      socket.setOption(name, value);
      return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> name) throws IOException {
      return socket.getOption(name);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
      return socket.supportedOptions();
    }

    @Override
    public ServerSocket socket() {
      return socket.socket();
    }

    @Override
    public SocketAddress getLocalAddress() throws IOException {
      return socket.getLocalAddress();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
      socket.close();
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
      socket.configureBlocking(block);
    }
  }
}
