from gongkai.shell.command import main

if __name__ == "__main__":
    main()
