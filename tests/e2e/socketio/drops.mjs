/** The ways in which the published server loses those who are connected. */
export class Drops {
  #io;

  constructor(io) {
    this.#io = io;
  }

  /** The sessions of the transport. */
  get engines() {
    return Object.values(this.#io.engine.clients);
  }

  /** Puts everybody out of a namespace. */
  disconnect(namespace) {
    this.#io.of(namespace).disconnectSockets();
  }

  /** Closes every session of the transport. */
  close() {
    for (const engine of this.engines) engine.close();
  }

  /** Cuts every WebSocket as a dead network would. */
  cut() {
    for (const engine of this.engines) engine.transport.socket.terminate();
  }

  /** Sends no more pings to anybody who is connected, and does not miss the answers. */
  mute() {
    for (const engine of this.engines) {
      const send = engine.sendPacket;
      engine.resetPingTimeout = () => {};
      engine.sendPacket = (type, ...rest) => (type === 'ping' ? undefined : send.call(engine, type, ...rest));
    }
  }
}
