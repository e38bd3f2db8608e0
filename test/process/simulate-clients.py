"""Programs of other people that open a simulated port: each prints what it saw, and fails when it does not see it."""

import fcntl, os, pty, select, subprocess, sys, termios, time


def read_until(fd, word, seconds=10):
    heard = b''
    end = time.monotonic() + seconds
    while word not in heard:
        left = end - time.monotonic()
        if left <= 0 or not select.select([fd], [], [], left)[0]:
            sys.exit(f'{word!r} did not come, but {heard!r}')
        heard += os.read(fd, 4096)
    return heard


def pyserial(path, times):
    import serial
    for turn in range(int(times)):
        rate = [9600, 115200, 1200, 921600][turn % 4]
        with serial.Serial(path, rate, parity='NEO'[turn % 3], timeout=10, exclusive=True) as port:
            port.write(b'$I\n')
            heard = port.read_until(b'ok\r\n')
            if not heard.startswith(b'[VER:1.1') or not heard.endswith(b'ok\r\n'):
                sys.exit(f'turn {turn}: {heard!r}')
    print('pyserial is content')


def picocom(path):
    """A terminal program, on a terminal of its own. It is left by ^A ^X."""
    mine, its = pty.openpty()
    child = subprocess.Popen(['picocom', '--baud', '115200', path], stdin=its, stdout=its, stderr=its)
    os.close(its)
    read_until(mine, b'Terminal ready')
    os.write(mine, b'$I\r')
    read_until(mine, b'ok\r\n')
    os.write(mine, b'?')
    read_until(mine, b'<Idle|')
    os.write(mine, b'\x01\x18')
    if child.wait(10) != 0:
        sys.exit('picocom failed')
    print('picocom is content')


def alone(path, times, gives_back):
    """As many programs do, it keeps others out (TIOCEXCL); not all of them say when that is over."""
    for turn in range(int(times)):
        end = time.monotonic() + 5
        while True:
            try:
                fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
                break
            except OSError as error:
                if time.monotonic() > end:
                    sys.exit(f'turn {turn}: {error}')
        fcntl.ioctl(fd, termios.TIOCEXCL)
        if turn % 2:
            time.sleep(0.25)
        os.write(fd, b'$I\n')
        read_until(fd, b'ok\r\n')
        if gives_back == 'yes':
            fcntl.ioctl(fd, termios.TIOCNXCL)
        os.close(fd)
    print('alone is content')


def cooked(path):
    """Leaves the port as a login would: everything that it hears is sent back."""
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
    settings = termios.tcgetattr(fd)
    settings[0] |= termios.ICRNL
    settings[1] |= termios.OPOST | termios.ONLCR
    settings[3] |= termios.ECHO | termios.ICANON
    termios.tcsetattr(fd, termios.TCSANOW, settings)
    os.write(fd, b'?')
    read_until(fd, b'<Idle|')
    os.close(fd)
    print('cooked is content')


def listen(path):
    """Comes a while after whoever was there before; only listens, and sets nothing."""
    time.sleep(1)
    fd = os.open(path, os.O_RDONLY | os.O_NOCTTY)
    print(read_until(fd, b'\n').decode('latin1'), end='')


def unread(path, text):
    """Asks, and does not wait to hear."""
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
    os.write(fd, text.encode() + b'\n')
    time.sleep(0.3)
    os.close(fd)


globals()[sys.argv[1]](*sys.argv[2:])
